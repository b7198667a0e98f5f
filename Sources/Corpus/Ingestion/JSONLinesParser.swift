import Encodings

/// Takes a text out of each line of JSON; lines without anything but spaces do not count.
struct JSONLinesParser: DocumentParser {
    private let fields: RecordFields
    private let repair: TextRepair
    private let limits: IngestionLimits
    private var lines: LineSplitter

    init(fields: RecordFields, limits: IngestionLimits, repair: TextRepair) {
        self.fields = fields
        self.repair = repair
        self.limits = limits
        lines = LineSplitter(limit: limits.recordBytes)
    }

    mutating func next(
        _ stream: inout TextStream, through scratch: inout [UInt8]
    ) throws -> ParsedRecord? {
        while let line = try lines.next(&stream, through: &scratch) {
            let place = "\(stream.source):\(line.number)"
            guard let bytes = line.bytes else {
                return .malformed(.recordTooLong(limits.recordBytes, in: place))
            }
            if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            guard let (text, replacements) = try repair.wellFormed(json: bytes, source: place)
            else { return .illFormed }
            do throws(MalformedInput) {
                return .text(try parse(text, number: line.number, replacements))
            } catch {
                return .malformed(error.within(place))
            }
        }
        return nil
    }

    private func parse(
        _ line: [UInt8], number: Int, _ replacements: Int
    ) throws(MalformedInput) -> ParsedText {
        // Text that was repaired is longer than it was read.
        let record = try JSON(
            parsing: line,
            limits: JSONLimits(
                bytes: 4 * limits.recordBytes, depth: 64, values: limits.recordValues))
        guard let value = record[fields.text] else {
            throw MalformedInput("missing field '\(fields.text.text)'")
        }
        guard case .string(let text) = value else {
            throw .field(fields.text.text, expected: "a string", found: value.summary)
        }
        let labels = DocumentLabels(
            licence: try label(fields.licence, of: record),
            origin: try label(fields.origin, of: record))
        return ParsedText(
            bytes: Array(text.utf8), suffix: ":\(number)", labels: labels,
            replacements: replacements)
    }

    private func label(_ path: FieldPath?, of record: JSON) throws(MalformedInput) -> String? {
        guard let path else { return nil }
        switch record[path] {
        case nil, .null: return nil
        case .string(let text): return text
        case .integer(let number): return String(number)
        case .some(let value):
            throw .field(path.text, expected: "a string or an integer", found: value.summary)
        }
    }
}

extension MalformedInput {
    /// A record of more than `limit` bytes.
    static func recordTooLong(_ limit: Int, in place: String) -> MalformedInput {
        MalformedInput("more than \(limit) bytes in one record, which is the limit", in: place)
    }
}

extension JSON {
    /// The value at the end of `path`.
    fileprivate subscript(path: FieldPath) -> JSON? {
        path.keys.reduce(self) { value, key in value?[key] }
    }
}
