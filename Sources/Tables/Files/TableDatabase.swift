import Encodings
import Foundation
import GRDB
import Storage

/// All tables in an SQLite database.
package enum TableDatabase {
    /// Makes the file at `path` a database with the rows that `rows` hands over, at once and durably.
    ///
    /// The same rows in the same order give the same bytes with the same version of SQLite.
    package static func write(
        to path: String, _ rows: (_ write: (TableRow) throws -> Void) throws -> Void
    ) throws {
        var file = try AtomicFile(creating: path)
        let name = try file.name()
        try Self.reporting(path) {
            let queue = try DatabaseQueue(path: name, configuration: configuration)
            try queue.write { try fill($0, rows) }
            try queue.close()
        }
        try file.commit()
    }

    /// One transaction makes the file, which is nobody's before it has its name; it is flushed then.
    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF")
        }
        return configuration
    }

    /// Makes the tables and inserts the rows.
    static func fill(
        _ database: Database, _ rows: (_ write: (TableRow) throws -> Void) throws -> Void
    ) throws {
        try database.execute(sql: "PRAGMA user_version = \(Table.version)")
        var insertions: [Table: Statement] = [:]
        for table in Table.allCases {
            try database.execute(sql: table.schema)
            insertions[table] = try database.makeStatement(sql: table.insertion)
        }
        try rows { row in
            try insertions[row.table]?.execute(
                arguments: StatementArguments(row.cells.map(\.databaseValue)))
        }
    }

    /// Does `body`; what SQLite cannot write is a failure of the file `path`.
    static func reporting(_ path: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as DatabaseError {
            let code = error.resultCode == .SQLITE_FULL ? ENOSPC : EIO
            throw SystemFailure("write", path: path, code: code, role: .output)
        }
    }
}

extension Table {
    /// The statement that makes the table.
    package var schema: String {
        let lines = columns.map { column in
            "    \(column.name) \(column.kind.sql)\(column.isOptional ? "" : " NOT NULL")"
        }
        let key = columns.prefix(keyLength).map(\.name).joined(separator: ", ")
        return "CREATE TABLE \(name) (\n\(lines.joined(separator: ",\n")),\n"
            + "    PRIMARY KEY (\(key))\n) WITHOUT ROWID"
    }

    /// The statement that inserts a row.
    fileprivate var insertion: String {
        let places = columns.map { _ in "?" }.joined(separator: ", ")
        return "INSERT INTO \(name) VALUES (\(places))"
    }
}

extension Column.Kind {
    /// The type in SQL.
    fileprivate var sql: String { self == .integer ? "INTEGER" : "TEXT" }
}

extension Cell {
    /// The cell as SQLite stores it.
    var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let number): number.databaseValue
        case .real(let number): number.databaseValue
        case .text(let text): text.databaseValue
        }
    }

    /// The cell of what SQLite found; bytes become hexadecimal text.
    init(_ value: DatabaseValue) {
        self =
            switch value.storage {
            case .null: .null
            case .int64(let number): .integer(number)
            case .double(let number): .real(number)
            case .string(let text): .text(text)
            case .blob(let bytes): .text(Hex.encode(Array(bytes)))
            }
    }
}
