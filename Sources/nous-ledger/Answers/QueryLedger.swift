import ArgumentParser
import CommandLineTool
import Encodings
import Storage
import Tables

/// Answers a question in SQL.
struct QueryLedger: Tool {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Answer a question in SQL about the ledger's tables.",
        discussion: """
            The tables are those of the command tables. The question is one statement that reads; \
            the rows of the answer are printed one a line, tabs between their cells.

            Example:
              nous-ledger query ledger "SELECT worker, decimal_sum(amount) FROM movements
                WHERE reason = 'reward' GROUP BY worker"
              nous-ledger query --json ledger 'SELECT * FROM rounds' | jq .pool
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Argument(help: ArgumentHelp("The question.", valueName: "sql"))
    var sql: String

    @Flag(help: "Print one JSON object for each row.")
    var json = false

    func run() throws {
        var sink = Operand.standardOutput
        do {
            try LedgerQuery.ask(sql, of: ledger) { answer in
                let line = json ? answer.json.orderedBytes() : Array(answer.text.utf8)
                try sink.write(line + [UInt8(ascii: "\n")])
            }
        } catch let refusal as LedgerQuery.Refusal {
            throw Failure(.usage, refusal.reason)
        }
    }
}
