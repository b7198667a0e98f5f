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

    /// One movement, seen from the account.
    package struct Line: Sendable {
        /// The number of the entry.
        package let entry: UInt64
        /// What the account gained.
        package let gained: UInt64
        /// What the account lost.
        package let lost: UInt64
        /// Whether its stake is meant, and not what it owns.
        package let isStake: Bool
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
        var isStake = false
        if case .stake(let key) = place, account == .key(key) {
            isStake = true
            staked = isGain ? staked + amount : staked - amount
        } else if place == Holding(account) {
            owned = isGain ? owned + amount : owned - amount
        } else {
            return nil
        }
        var settlement: RoundSettlement?
        if case .reward = movement.reason { settlement = state.lastSettlement }
        return Line(
            entry: state.entryCount - 1, gained: isGain ? amount : 0, lost: isGain ? 0 : amount,
            isStake: isStake, held: isStake ? staked : owned,
            other: isGain ? movement.source : movement.destination, reason: movement.reason,
            settlement: settlement)
    }
}

extension AccountStatement.Line {
    /// The line for people, amounts in the token's unit.
    package func text(in unit: TokenUnit) -> String {
        let change = gained > 0 ? "+\(unit.describe(gained))" : "-\(unit.describe(lost))"
        return "\(entry)\t\(change)\t\(isStake ? "stake " : "")\(unit.describe(held))\t"
            + words(in: unit)
    }

    /// The line for programs.
    package var json: JSON {
        [
            "type": "movement",
            "entry": .integer(Int64(entry)),
            "place": isStake ? "stake" : "balance",
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
        case .release(let worker): return "stake of \(worker), who left"
        case .slash(let worker, let round):
            return "slash of \(worker) for a proven lie in round \(round)"
        case .reward(let worker, let round, let tokens):
            guard let settlement else { return "reward of \(worker)" }
            let total = settlement.credits.reduce(UInt128(0)) { $0 + UInt128($1.tokens) }
            return "reward of \(worker) in round \(round): \(tokens) of \(total) verified tokens,"
                + " pool \(unit.describe(settlement.pool)), \(settlement.rule.name)"
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
        }
    }
}
