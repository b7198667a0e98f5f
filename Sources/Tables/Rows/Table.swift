/// A table that follows from the entries of a ledger; docs/formats/tables.md says what is in it.
package enum Table: String, CaseIterable, Sendable {
    case ledger, entries, movements, accounts, members, rounds, contributions, verdicts, outcomes
    case exports, payments

    /// The version of the tables: `user_version` of a database.
    package static let version = 1

    /// The name.
    package var name: String { rawValue }
}

/// A column of a table.
package struct Column: Sendable {
    /// What a column holds.
    package enum Kind: String, Sendable {
        /// A whole number that fits in 63 bits.
        case integer
        /// Text.
        case text
        /// Money in base units, as decimal digits.
        case amount
    }

    /// The name.
    package let name: String
    /// What it holds.
    package let kind: Kind
    /// Whether it may hold nothing.
    package private(set) var isOptional = false

    static func integer(_ name: String) -> Column { Column(name: name, kind: .integer) }

    static func text(_ name: String) -> Column { Column(name: name, kind: .text) }

    static func amount(_ name: String) -> Column { Column(name: name, kind: .amount) }

    /// The same column where it may hold nothing.
    var optional: Column {
        var column = self
        column.isOptional = true
        return column
    }
}

/// One row of a table, its cells in the order of the columns.
package struct TableRow: Sendable {
    /// The table.
    package let table: Table
    /// What its columns hold.
    package let cells: [Cell]

    init(_ table: Table, _ cells: [Cell]) {
        precondition(cells.count == table.columns.count, "a cell for each column")
        self.table = table
        self.cells = cells
    }
}
