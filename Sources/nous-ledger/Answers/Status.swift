import ArgumentParser
import CommandLineTool
import Encodings
import Settlement
import TransparencyLog

/// Says where a run stands.
struct Status: Tool {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say where the run stands: the open round, its work and verdicts, the treasury.",
        discussion: """
            Example:
              nous-ledger status ledger
              nous-ledger status --json ledger | jq -e '.undecided == 0'
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let ledger = try Ledger.read(ledger)
        let waiting = try Inbox(of: ledger.log.directory).names().count
        let status = LedgerStatus(ledger.state, waiting: waiting)
        try Operand.print(json ? status.json.orderedText : status.text)
    }
}
