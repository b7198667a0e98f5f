package import Encodings
import GRDB

/// A question in SQL about the tables of a ledger.
package enum LedgerQuery {
    /// Why a question has no answer, in the words of SQLite.
    package struct Refusal: Error {
        /// One line.
        package let reason: String
    }

    /// One row of an answer.
    package struct Answer {
        /// The names of the columns.
        package let names: [String]
        /// What they hold.
        package let cells: [Cell]
    }

    /// Hands over the rows that `sql` selects, one by one.
    ///
    /// The tables are in a database of their own, in memory as far as it is small, that is gone after.
    ///
    /// - Throws: `Refusal` when `sql` is not one statement that reads, or has no answer.
    package static func ask(
        _ sql: String, of ledger: String, _ take: (Answer) throws -> Void
    ) throws {
        let place = "a temporary database"
        var queue: DatabaseQueue?
        try TableDatabase.reporting(place) {
            let made = try DatabaseQueue(path: "", configuration: TableDatabase.configuration)
            try made.write { try TableDatabase.fill($0) { try LedgerTables.read(ledger, $0) } }
            queue = made
        }
        try queue?.read { database in
            database.add(function: DatabaseFunction.decimalSum)
            database.add(collation: DatabaseCollation.decimal)
            try answer(sql, database, take)
        }
    }

    private static func answer(
        _ sql: String, _ database: Database, _ take: (Answer) throws -> Void
    ) throws {
        do {
            let statement = try database.makeStatement(sql: sql)
            guard statement.isReadonly, statement.columnCount > 0 else {
                throw Refusal(reason: "expected a statement that reads, such as SELECT")
            }
            let names = statement.columnNames
            let rows = try Row.fetchCursor(statement)
            while let row = try rows.next() {
                let cells = Array(row.databaseValues.map { Cell($0) })
                try take(Answer(names: names, cells: cells))
            }
        } catch let error as DatabaseError {
            guard error.resultCode != .SQLITE_MISUSE else {
                throw Refusal(reason: "expected one statement, without parameters")
            }
            throw Refusal(reason: error.message ?? "\(error.resultCode)")
        }
    }
}

extension LedgerQuery.Answer {
    /// The cells for people and for `cut`: tabs between them, and no control characters within.
    package var text: String {
        cells.map { cell in
            switch cell {
            case .null: ""
            case .integer(let number): String(number)
            case .real(let number): String(number)
            case .text(let text): text.escaped
            }
        }.joined(separator: "\t")
    }

    /// The row for programs: an object with all columns.
    package var json: JSON {
        .object(zip(names, cells).map { JSONMember(key: $0, value: $1.json) })
    }
}

extension String {
    /// The text with backslashes and control characters as a string of Swift spells them.
    fileprivate var escaped: String {
        guard utf8.contains(where: { $0 < 0x20 || $0 >= 0x7F || $0 == UInt8(ascii: "\\") }) else {
            return self
        }
        return unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "\t": "\\t"
            case "\n": "\\n"
            case "\r": "\\r"
            case _ where scalar.properties.generalCategory == .control:
                "\\u{\(String(scalar.value, radix: 16))}"
            default: String(scalar)
            }
        }.joined()
    }
}
