import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement

/// Prints balances.
struct Balance: Tool {
    static let configuration = CommandConfiguration(
        commandName: "balance",
        abstract: "Print what each account holds, and its stake.",
        discussion: """
            The treasury comes first, then the keys in the order of their bytes. What a key owns \
            and what it has staked are apart; all columns together are the supply.

            Example:
              nous-ledger balance ledger
              nous-ledger balance --json ledger treasury | jq -r .balance
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Argument(help: ArgumentHelp("Only this account: a key, or 'treasury'.", valueName: "account"))
    var account: String?

    @Flag(help: "Print one JSON object for each account, with base units as strings.")
    var json = false

    func run() throws {
        let state = try Ledger.read(ledger).state
        let lines = try accounts(of: state).map { json ? object($0, state) : text($0, state) }
        try Operand.print(lines.joined(separator: "\n"))
    }

    private func accounts(of state: LedgerState) throws -> [Account] {
        guard let account else {
            return [.treasury] + state.keys.map { .key($0) }
        }
        guard let only = Account(account) else {
            throw Failure(
                .usage, "expected 'treasury' or a base58 public key, found '\(account)'")
        }
        return [only]
    }

    private func text(_ account: Account, _ state: LedgerState) -> String {
        let unit = state.genesis.unit
        let line = "\(account)\t\(unit.describe(state.balance(of: account)))"
        guard case .key(let key) = account, state.members[key] != nil else { return line }
        return line + "\tstake \(unit.describe(state.stake(of: key)))"
    }

    private func object(_ account: Account, _ state: LedgerState) -> String {
        let stake = if case .key(let key) = account { state.stake(of: key) } else { UInt64(0) }
        let json: JSON = [
            "type": "balance",
            "account": .string(account.description),
            "balance": Amount.json(state.balance(of: account)),
            "stake": Amount.json(stake),
        ]
        return String(decoding: json.orderedBytes(), as: UTF8.self)
    }
}
