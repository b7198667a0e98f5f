package import Artifacts
import CommandLineTool
import Encodings
package import Identity

/// Verdicts by operand: NDJSON, one signed record a line.
package enum VerdictFile {
    private static let sizeLimit = 256 << 20

    /// Reads verdicts and their signers, checking each one's signature.
    package static func read(
        _ operand: String
    ) throws -> [(verdict: Verdict, verifier: PublicKey)] {
        let bytes = try Operand.read(operand, limit: sizeLimit)
        var verdicts: [(verdict: Verdict, verifier: PublicKey)] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            do {
                verdicts.append(try Verdict.verify(JSON(parsing: Array(line))))
            } catch {
                throw error.within("\(Operand.name(operand)): line \(number + 1)")
            }
        }
        guard !verdicts.isEmpty else {
            throw MalformedInput("expected verdicts, found none", in: Operand.name(operand))
        }
        return verdicts
    }
}
