import CommandLineTool
import Encodings

/// Signed records by operand: NDJSON, one record a line.
enum RecordLines {
    private static let sizeLimit = 256 << 20

    /// Reads at least one record; errors call them `name`.
    static func read<Record>(
        _ operand: String, name: String, _ verify: (JSON) throws(MalformedInput) -> Record
    ) throws -> [Record] {
        let bytes = try Operand.read(operand, limit: sizeLimit)
        var records: [Record] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            do throws(MalformedInput) {
                records.append(try verify(JSON(parsing: Array(line))))
            } catch {
                throw error.within("\(Operand.name(operand)): line \(number + 1)")
            }
        }
        guard !records.isEmpty else {
            throw MalformedInput("expected \(name), found none", in: Operand.name(operand))
        }
        return records
    }
}
