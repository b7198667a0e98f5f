package import Rounds
import CommandLineTool
import Encodings
import Storage

/// The run file, `run.yaml`.
package enum RunFile {
    /// Reads and checks a run file; its digest is SHA-256 of its bytes.
    package static func read(_ path: String) throws -> RunConfiguration {
        do {
            let bytes = try Operand.read(path, limit: YAML.sizeLimit)
            do throws(MalformedInput) {
                return try RunConfiguration(YAML.parse(bytes), digest: Digest(hashing: bytes))
            } catch {
                throw error.within(Operand.name(path))
            }
        } catch let malformed as MalformedInput {
            throw Failure(.configuration, malformed.description)
        }
    }
}
