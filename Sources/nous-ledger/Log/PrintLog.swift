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
        var sink = Operand.standardOutput
        _ = try Ledger.read(ledger) { entry, state in
            guard !json else { return try sink.write(entry.line) }
            let summary = try EntrySummary.describe(entry, of: state.genesis)
            try sink.write(Array("\(state.entryCount - 1)\t\(summary)\n".utf8))
        }
    }
}
