import ArgumentParser
import CommandLineTool
import Settlement
import Storage
import Tables

/// Writes the ledger as tables.
struct WriteTables: Tool {
    static let configuration = CommandConfiguration(
        commandName: "tables",
        abstract: "Write the ledger as tables: an SQLite database, CSV or NDJSON.",
        discussion: """
            The tables follow from the entries alone: \(Table.allCases.map(\.name).joined(separator: ", ")). \
            Amounts are text, base units in decimal digits, as they reach 2^64 - 1. sum(amount) is \
            exact if it prints as an integer; decimal_sum(amount) always is, and ORDER BY amount \
            COLLATE decimal sorts, in the program sqlite3 as in query.

            Example:
              nous-ledger tables ledger --sqlite ledger.sqlite
              sqlite3 ledger.sqlite "SELECT round, paid FROM rounds WHERE phase = 'final'"
              nous-ledger tables ledger --csv tables
              nous-ledger tables ledger --ndjson - | jq 'select(.table == "accounts")'
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Option(help: ArgumentHelp("Where to write a database.", valueName: "file"))
    var sqlite: String?

    @Option(
        help: ArgumentHelp(
            "Where to write a file for each table; nothing may be there.", valueName: "directory"))
    var csv: String?

    @Option(
        help: ArgumentHelp(
            "Where to write one object for each row; - is standard output.", valueName: "file"))
    var ndjson: String?

    func validate() throws {
        guard [sqlite, csv, ndjson].contains(where: { $0 != nil }) else {
            throw ValidationError("give --sqlite, --csv or --ndjson")
        }
    }

    func run() throws {
        if let sqlite {
            try StopSignals.held {
                try TableDatabase.write(to: sqlite) { try LedgerTables.read(ledger, $0) }
            }
        }
        if let csv {
            try StopSignals.held {
                let directory = try CSVDirectory(creating: csv)
                try LedgerTables.read(ledger) { try directory.write($0) }
                try directory.commit()
            }
        }
        if let ndjson { try writeLines(to: ndjson) }
    }

    private func writeLines(to output: String) throws {
        guard !Operand.isStream(output) else {
            var sink = Operand.standardOutput
            return try LedgerTables.read(ledger) { try sink.write($0.line) }
        }
        try StopSignals.held {
            let file = try RowFile(creating: output)
            try LedgerTables.read(ledger) { try file.write($0.line) }
            try file.commit()
        }
    }
}
