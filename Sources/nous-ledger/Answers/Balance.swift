import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement

/// Prints balances.
struct Balance: Tool {
    static let configuration = CommandConfiguration(
        commandName: "balance",
        abstract: "Print what each account holds, its stake, and its pay to come.",
        discussion: """
            The treasury comes first, then the keys in the order of their bytes. What a key owns, \
            has staked, has earned and is paid later (vesting) are apart, and what it owes. All \
            else is in the escrow of rounds that are not final, or exported: see audit.

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
        guard case .key(let key) = account,
            state.members[key] != nil || state.vesting(of: key) > 0 || state.debts[key] != nil
        else { return line }
        let vesting = state.vesting(of: key)
        return line + "\tstake \(unit.describe(state.stake(of: key)))"
            + (vesting > 0 ? "\tvesting \(unit.describe(vesting))" : "")
            + (state.debts[key].map { "\towes \(unit.describe($0))" } ?? "")
    }

    private func object(_ account: Account, _ state: LedgerState) -> String {
        let key: PublicKey? = if case .key(let key) = account { key } else { nil }
        let json: JSON = [
            "type": "balance",
            "account": .string(account.description),
            "balance": Amount.json(state.balance(of: account)),
            "stake": Amount.json(key.map(state.stake) ?? 0),
            "vesting": Amount.json(key.map(state.vesting) ?? 0),
            "owes": Amount.json(key.flatMap { state.debts[$0] } ?? 0),
        ]
        return json.orderedText
    }
}
