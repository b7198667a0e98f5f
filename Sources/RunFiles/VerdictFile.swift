package import Artifacts
import CommandLineTool
import Encodings

/// Verdicts by operand: NDJSON, one signed record a line.
package enum VerdictFile {
    private static let sizeLimit = 256 << 20

    /// Reads verdicts and checks each one's signature.
    package static func read(_ operand: String) throws -> [Verdict] {
        let bytes = try Operand.read(operand, limit: sizeLimit)
        var verdicts: [Verdict] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            do {
                verdicts.append(try Verdict(record: JSON(parsing: Array(line))))
            } catch {
                throw error.within("\(Operand.name(operand)): line \(number + 1)")
            }
        }
        return verdicts
    }
}
