import Encodings

extension TableRow {
    /// The row as a line of NDJSON: an object with the member `table`, then all columns.
    package var line: [UInt8] {
        let members = zip(table.columns, cells).map { column, cell in
            JSONMember(key: column.name, value: cell.json)
        }
        let head = JSONMember(key: "table", value: .string(table.name))
        return JSON.object([head] + members).orderedLine
    }
}

extension Cell {
    /// The cell in JSON; a number that is not finite is null, as JSON has none.
    var json: JSON {
        switch self {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): number.isFinite ? .number(String(number)) : .null
        case .text(let text): .string(text)
        }
    }
}
