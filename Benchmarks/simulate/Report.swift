import CommandLineTool
import Encodings
import Storage

/// Tables for people on standard output, and every figure as a row of NDJSON.
struct Report {
    private let scenario: Scenario
    private var rows: [JSON] = []

    /// A report about a scenario, without rows.
    init(_ scenario: Scenario) {
        self.scenario = scenario
    }

    /// Adds a row; `conditions` say what it was measured of.
    mutating func add(
        _ name: String, _ value: Double, _ unit: String, _ conditions: [(String, JSON)] = []
    ) {
        let text = Decimal.text(value, places: 6)
        let common: [(String, JSON)] = [
            ("name", .string(name)), ("value", .number(text)), ("unit", .string(unit)),
            ("workers", .integer(Int64(scenario.workers))),
            ("seed", .integer(Int64(scenario.seed))),
        ]
        rows.append(
            .object((common + conditions).map { JSONMember(key: $0.0, value: $0.1) }))
    }

    /// Prints a title, and a table whose first row names the columns; all but the first are aligned right.
    func print(_ title: String, _ table: [[String]]) throws {
        let columns = table.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            table.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
        }
        var lines = ["", title]
        for row in table {
            let cells = row.enumerated().map { column, cell in
                let spaces = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + spaces : spaces + cell
            }
            lines.append(Self.trimmed("  " + cells.joined(separator: "  ")))
        }
        try Operand.print(lines.joined(separator: "\n"))
    }

    /// Writes all rows to a file.
    func write(to path: String) throws {
        try Files.makeDirectory(Files.directory(of: path))
        try Files.writeAtomically(
            path: path, rows.flatMap { $0.orderedLine })
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}

extension Double {
    /// The number with so many decimals.
    func text(_ places: Int = 0) -> String { Decimal.text(self, places: places) }

    /// A share in percent, with so many decimals and a sign before what is not below 0 if asked for.
    func percent(_ places: Int = 1, signed: Bool = false) -> String {
        (signed && self >= 0 ? "+" : "") + Decimal.text(self * 100, places: places) + " %"
    }
}
