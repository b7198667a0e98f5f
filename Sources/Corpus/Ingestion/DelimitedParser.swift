import Encodings

/// Takes a text out of each record of CSV or TSV; the first record names the columns if one is asked
/// for by name.
struct DelimitedParser: DocumentParser {
    private let fields: RecordFields
    private let repair: TextRepair
    private var records: DelimitedRecords
    /// The numbers of the columns wanted, once they are known.
    private var columns: (text: Int, licence: Int?, origin: Int?)?

    init(fields: RecordFields, separator: UInt8, limits: IngestionLimits, repair: TextRepair) {
        self.fields = fields
        self.repair = repair
        records = DelimitedRecords(separator: separator, limits: limits)
    }

    mutating func next(
        _ stream: inout TextStream, through scratch: inout [UInt8]
    ) throws -> ParsedRecord? {
        if columns == nil {
            guard try findColumns(&stream, through: &scratch) else { return nil }
        }
        guard let record = try records.next(&stream, through: &scratch), let columns else {
            return nil
        }
        let place = "\(stream.source):\(record.line)"
        if let fault = record.fault { return .malformed(MalformedInput(fault, in: place)) }
        guard columns.text < record.fields.count else {
            return .malformed(
                MalformedInput(
                    "expected at least \(columns.text + 1) fields, found \(record.fields.count)",
                    in: place))
        }
        guard
            let (text, replacements) = try repair.wellFormed(
                record.fields[columns.text], source: place)
        else { return .illFormed }
        let labels = DocumentLabels(
            licence: record.label(columns.licence), origin: record.label(columns.origin))
        return .text(
            ParsedText(
                bytes: text, suffix: ":\(record.line)", labels: labels, replacements: replacements))
    }

    /// Finds out the columns, from the first record if need be; false if there is no record.
    private mutating func findColumns(
        _ stream: inout TextStream, through scratch: inout [UInt8]
    ) throws -> Bool {
        var header: [[UInt8]] = []
        let wanted = [fields.text, fields.licence, fields.origin].compactMap(\.self)
        if wanted.contains(where: { $0.column == nil }) {
            guard let record = try records.next(&stream, through: &scratch) else { return false }
            if let fault = record.fault {
                throw MalformedInput(fault, in: "\(stream.source):\(record.line)")
            }
            header = record.fields
        }
        func column(_ path: FieldPath) throws -> Int {
            if let number = path.column { return number }
            guard let number = header.firstIndex(of: Array(path.text.utf8)) else {
                throw MalformedInput("no column '\(path.text)'", in: "\(stream.source):1")
            }
            return number
        }
        columns = (
            try column(fields.text), try fields.licence.map(column), try fields.origin.map(column)
        )
        return true
    }
}

/// Splits a stream into records and fields as RFC 4180 says; lines may end with or without a carriage
/// return, and empty lines do not count.
struct DelimitedRecords {
    /// One record.
    struct Record {
        var fields: [[UInt8]] = []
        /// The line it begins in, counted from 1.
        var line: Int
        /// What is wrong with it.
        var fault: String?

        /// The field in a column, nil if it is empty or there is none.
        func label(_ column: Int?) -> String? {
            guard let column, column < fields.count, !fields[column].isEmpty else { return nil }
            return String(decoding: fields[column], as: UTF8.self)
        }
    }

    private enum Place { case fieldStart, plain, quoted, afterQuote, faulty }

    private let separator: UInt8
    private let limits: IngestionLimits
    private var part: [UInt8] = []
    private var position = 0
    private var line = 1

    /// Records within `limits` with fields that `separator` separates.
    init(separator: UInt8, limits: IngestionLimits) {
        self.separator = separator
        self.limits = limits
    }

    /// The next record, or nil at the end.
    mutating func next(
        _ stream: inout TextStream, through scratch: inout [UInt8]
    ) throws -> Record? {
        var record = Record(line: line)
        var field: [UInt8] = []
        var place = Place.fieldStart
        var size = 0
        while true {
            guard let byte = try nextByte(&stream, &scratch) else {
                return end(record, field, place, size)
            }
            size += 1
            if byte == 0x0A {
                line += 1
                if place != .quoted {
                    if isBlank(record, field, place) {
                        (record, field, place, size) = (Record(line: line), [], .fieldStart, 0)
                        continue
                    }
                    return end(record, field, place, size)
                }
            }
            place = take(byte, place, &field, &record)
            if record.fault == nil, let fault = excess(size, record.fields.count) {
                record.fault = fault
                (field, record.fields) = ([], [])
            }
        }
    }

    /// Puts one byte where it belongs and says where the next one stands.
    private func take(
        _ byte: UInt8, _ place: Place, _ field: inout [UInt8], _ record: inout Record
    ) -> Place {
        let quote = UInt8(ascii: "\"")
        // Nothing of a faulty record is kept, only its end is looked for.
        let isKept = record.fault == nil
        switch place {
        case .fieldStart where byte == quote: return .quoted
        case .fieldStart where byte == separator, .plain where byte == separator,
            .afterQuote where byte == separator:
            if isKept { record.fields.append(field) }
            field = []
            return .fieldStart
        case .quoted where byte == quote: return .afterQuote
        case .afterQuote where byte == quote:
            if isKept { field.append(byte) }
            return .quoted
        case .afterQuote where byte == 0x0D: return .afterQuote
        case .plain where byte == quote, .afterQuote:
            record.fault =
                record.fault ?? "a quote inside a field that is not quoted as a whole"
            return .faulty
        case .faulty: return .faulty
        case .fieldStart, .plain:
            if isKept { field.append(byte) }
            return .plain
        case .quoted:
            if isKept { field.append(byte) }
            return .quoted
        }
    }

    /// The record with its last field.
    private func end(
        _ record: Record, _ field: [UInt8], _ place: Place, _ size: Int
    ) -> Record? {
        if size == 0 || isBlank(record, field, place) { return nil }
        var record = record
        if place == .quoted { record.fault = record.fault ?? "the quoted field does not end" }
        var field = field
        if place == .plain, field.last == 0x0D { field.removeLast() }
        record.fields.append(field)
        return record
    }

    /// Whether nothing but a carriage return stands in the line.
    private func isBlank(_ record: Record, _ field: [UInt8], _ place: Place) -> Bool {
        record.fields.isEmpty && record.fault == nil
            && (place == .fieldStart || place == .plain && field == [0x0D])
    }

    /// What is too much in a record of so many bytes and fields; nil if nothing is.
    private func excess(_ bytes: Int, _ fields: Int) -> String? {
        if bytes > limits.recordBytes {
            return "more than \(limits.recordBytes) bytes in one record, which is the limit"
        }
        guard fields >= limits.recordValues else { return nil }
        return "more than \(limits.recordValues) fields in one record, which is the limit"
    }

    private mutating func nextByte(
        _ stream: inout TextStream, _ scratch: inout [UInt8]
    ) throws -> UInt8? {
        if position == part.count {
            part.removeAll(keepingCapacity: true)
            position = 0
            // A stream may begin with nothing but a byte order mark.
            while part.isEmpty {
                guard try stream.read(into: &part, through: &scratch) else { return nil }
            }
        }
        defer { position += 1 }
        return part[position]
    }
}
