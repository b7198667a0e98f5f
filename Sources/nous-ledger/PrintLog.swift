import ArgumentParser
import CommandLineTool
import Encodings
import Settlement
import Storage
import TransparencyLog

/// Prints the entries.
struct PrintLog: Tool {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "Print the entries of a ledger, one line each.",
        discussion: """
            Example:
              nous-ledger log ledger | grep verdict
              nous-ledger log --json ledger | jq -r .body.type
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Flag(help: "Print the entries as they are: one JSON object each.")
    var json = false

    func run() throws {
        let ledger = try Ledger.read(ledger, checking: .checkpoint)
        var sink = Operand.standardOutput
        guard !json else { return try sink.write(ledger.log.entries.flatMap(\.line)) }
        for entry in ledger.log.entries {
            let summary = try EntrySummary.describe(entry.body, of: ledger.state.genesis)
            try Operand.print("\(entry.sequence)\t\(summary)")
        }
    }
}
