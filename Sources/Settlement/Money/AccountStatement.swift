package import Encodings
import Identity

/// What moved into and out of an account, one line each; the lines add up to what it holds.
package struct AccountStatement: Sendable {
    /// The account.
    package let account: Account
    /// What it owns after the lines so far, in base units.
    package private(set) var owned: UInt64 = 0
    /// What it has at stake after the lines so far, in base units.
    package private(set) var staked: UInt64 = 0
    /// What it has earned and is not paid yet after the lines so far, in base units.
    package private(set) var vesting: UInt64 = 0

    /// What of an account's money a movement is about.
    package enum Place: String, Sendable {
        /// What its owner disposes of.
        case balance
        /// What it stands to lose.
        case stake
        /// What it is paid later.
        case vesting
    }

    /// One movement, seen from the account.
    package struct Line: Sendable {
        /// The number of the entry.
        package let entry: UInt64
        /// What the account gained.
        package let gained: UInt64
        /// What the account lost.
        package let lost: UInt64
        /// What of the account's money it is about.
        package let place: Place
        /// What the place holds after it.
        package let held: UInt64
        /// The other side.
        package let other: Holding
        /// Why.
        package let reason: Movement.Reason
        /// Of a reward, the settlement that it was derived in.
        package let settlement: RoundSettlement?
    }

    /// A statement of an account that holds nothing yet.
    package init(of account: Account) {
        self.account = account
    }

    /// The lines for what the last entry of `state` moved.
    package mutating func take(_ state: LedgerState) -> [Line] {
        state.movements.flatMap { movement in
            [(movement.source, false), (movement.destination, true)].compactMap { place, isGain in
                line(movement, at: place, isGain: isGain, in: state)
            }
        }
    }

    private mutating func line(
        _ movement: Movement, at place: Holding, isGain: Bool, in state: LedgerState
    ) -> Line? {
        let amount = movement.amount
        let kind: Place
        let held: WritableKeyPath<AccountStatement, UInt64>
        switch place {
        case Holding(account): (kind, held) = (.balance, \.owned)
        case .stake(let key) where account == .key(key): (kind, held) = (.stake, \.staked)
        case .vesting(let key) where account == .key(key): (kind, held) = (.vesting, \.vesting)
        default: return nil
        }
        self[keyPath: held] = isGain ? self[keyPath: held] + amount : self[keyPath: held] - amount
        var settlement: RoundSettlement?
        if case .reward = movement.reason { settlement = state.lastSettlement }
        return Line(
            entry: state.entryCount - 1, gained: isGain ? amount : 0, lost: isGain ? 0 : amount,
            place: kind, held: self[keyPath: held],
            other: isGain ? movement.source : movement.destination, reason: movement.reason,
            settlement: settlement)
    }
}

extension AccountStatement.Line {
    /// The line for people, amounts in the token's unit.
    package func text(in unit: TokenUnit) -> String {
        let change = gained > 0 ? "+\(unit.describe(gained))" : "-\(unit.describe(lost))"
        return
            "\(entry)\t\(change)\t\(place == .balance ? "" : "\(place.rawValue) ")\(unit.describe(held))\t"
            + words(in: unit)
    }

    /// The line for programs.
    package var json: JSON {
        [
            "type": "movement",
            "entry": .integer(Int64(entry)),
            "place": .string(place.rawValue),
            "gained": Amount.json(gained),
            "lost": Amount.json(lost),
            "held": Amount.json(held),
            "reason": .string(reason.name),
            "other": .string(other.description),
        ]
    }

    /// Why, in words; of a reward with what it was derived from.
    private func words(in unit: TokenUnit) -> String {
        switch reason {
        case .issue: return "issued"
        case .grant: return gained > 0 ? "grant" : "grant to \(other)"
        case .transfer(let memo):
            let about = memo.isEmpty ? "" : ": \(memo)"
            return (gained > 0 ? "transfer from \(other)" : "transfer to \(other)") + about
        case .stake: return gained > 0 ? "put at stake" : "put at stake from the balance"
        case .escrow(let round): return "pool of round \(round), put aside until it is final"
        case .unspent(let round): return "not paid of the pool of round \(round)"
        case .instalment(let worker): return "instalment of the pay of \(worker)"
        case .debt(let worker): return "kept back for what \(worker) owes"
        case .rotation:
            let key = other.owner.map { "\($0)" } ?? "\(other)"
            return gained > 0 ? "in the place of \(key)" : "to \(key), which takes its place"
        case .export(let number): return "to be paid by export \(number)"
        case .payment(let export): return "paid by export \(export)"
        case .returned(let export): return "not paid by export \(export)"
        case .release(let worker): return "stake of \(worker), who left"
        case .slash(let worker, let round):
            return "slash of \(worker) for a proven lie in round \(round)"
        case .reward(let worker, let round, let tokens):
            guard let outcome = settlement?.final else { return "reward of \(worker)" }
            let total = outcome.credits.reduce(UInt128(0)) { $0 + UInt128($1.tokens) }
            return "reward of \(worker) in round \(round): \(tokens) of \(total) verified tokens,"
                + " pool \(unit.describe(outcome.pool)), \(outcome.rule.name)"
        }
    }
}

extension Movement.Reason {
    /// The kind of reason, in a word.
    package var name: String {
        switch self {
        case .issue: "issue"
        case .grant: "grant"
        case .transfer: "transfer"
        case .stake: "stake"
        case .reward: "reward"
        case .slash: "slash"
        case .release: "release"
        case .escrow: "escrow"
        case .unspent: "unspent"
        case .instalment: "instalment"
        case .debt: "debt"
        case .export: "export"
        case .rotation: "rotation"
        case .payment: "payment"
        case .returned: "returned"
        }
    }
}
