import Artifacts
import CommandLineTool
import Encodings
import Identity

/// Signed records by operand: NDJSON, one record a line.
enum RecordLines {
    private static let sizeLimit = 256 << 20

    /// Reads at least one record of a kind and its signer, checking each one's signature.
    static func read<Record: VerifierRecord>(
        _ operand: String, of kind: Record.Type
    ) throws -> [(record: Record, verifier: PublicKey)] {
        let bytes = try Operand.read(operand, limit: sizeLimit)
        var records: [(record: Record, verifier: PublicKey)] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            do throws(MalformedInput) {
                records.append(try kind.verify(JSON(parsing: Array(line))))
            } catch {
                throw error.within("\(Operand.name(operand)): line \(number + 1)")
            }
        }
        guard !records.isEmpty else {
            throw MalformedInput(
                "expected \(kind.type)s, found none", in: Operand.name(operand))
        }
        return records
    }
}
