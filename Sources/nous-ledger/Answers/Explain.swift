import Storage
import ArgumentParser
import CommandLineTool
import Encodings
import Settlement

/// Traces an account.
struct Explain: Tool {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Trace every base unit of an account to the entries that moved it.",
        discussion: """
            One line for each movement into or out of what the account owns, stakes, or is paid \
            later, in the order of the log: the entry, the change, what the account holds after it, and why. A reward \
            is shown with the tokens and the pool it was derived from. The last line is the sum.

            Example:
              nous-ledger explain ledger treasury
              nous-ledger explain --json ledger $WORKER
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Argument(help: ArgumentHelp("A key, or 'treasury'.", valueName: "account"))
    var account: String

    @Flag(help: "Print one JSON object for each movement, with base units as strings.")
    var json = false

    func run() throws {
        guard let account = Account(account) else {
            throw Failure(
                .usage, "expected 'treasury' or a base58 public key, found '\(account)'")
        }
        var statement = AccountStatement(of: account)
        var sink = Operand.standardOutput
        let ledger = try Ledger.read(ledger) { _, state in
            for line in statement.take(state) {
                let text = json ? line.json.orderedText : line.text(in: state.genesis.unit)
                try sink.write(Array("\(text)\n".utf8))
            }
        }
        let unit = ledger.state.genesis.unit
        if !json {
            let vesting = statement.vesting
            try Operand.print(
                "total\t\(unit.describe(statement.owned))\tstake \(unit.describe(statement.staked))"
                    + (vesting > 0 ? "\tvesting \(unit.describe(vesting))" : ""))
        }
    }
}
