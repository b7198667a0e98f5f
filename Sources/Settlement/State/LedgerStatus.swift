import Artifacts
package import Encodings
import Identity

/// Where a run stands, in a few figures.
package struct LedgerStatus: Sendable {
    private let state: LedgerState
    private let next: RoundSettlement
    /// Records that wait in the inbox.
    private let waiting: Int

    /// The status of a ledger whose inbox holds `waiting` records.
    package init(_ state: LedgerState, waiting: Int) {
        self.state = state
        self.waiting = waiting
        next = state.settlementOfNextRound()
    }

    /// The lines for people.
    package var text: String {
        let unit = state.genesis.unit
        let settled =
            "\(state.settledRounds) settled"
            + (state.genesis.delays.dispute > 0 ? ", \(state.finalRounds) of them final" : "")
        let round =
            state.openRound.map {
                "round \($0) is \(state.phase(of: $0)): \(state.works.count) contributions of"
                    + " \(state.workers(in: $0).count) workers,"
                    + " \(next.outcome.credits.count) to be paid,"
                    + " \(next.outcome.rejected.count) rejected,"
                    + " \(next.outcome.slashes.count) lies,"
                    + " \(next.outcome.undecided.count) undecided"
            } ?? "round \(state.nextRound) is not open; \(settled)"
        let money = state.moneyByKind
        let waitingMoney = [Holding.Kind.escrow, .vesting, .payable]
            .filter { money[$0] ?? 0 > 0 }
            .map { "\($0) \(unit.describe(money[$0] ?? 0))" }
        let lines =
            [
                "\(state.genesis.name): \(state.entryCount) entries,"
                    + " \(waiting) \(waiting == 1 ? "record" : "records") waiting",
                round,
            ] + (waitingMoney.isEmpty ? [] : [waitingMoney.joined(separator: ", ")]) + [
                "treasury \(unit.describe(state.treasury)), enough for \(roundsLeft) more rounds"
            ]
        return lines.joined(separator: "\n")
    }

    /// The object for programs.
    package var json: JSON {
        [
            "type": "status",
            "name": .string(state.genesis.name),
            "entries": .integer(Int64(state.entryCount)),
            "waiting": .integer(Int64(waiting)),
            "settled": .integer(Int64(state.settledRounds)),
            "final": .integer(Int64(state.finalRounds)),
            "open": state.openRound.map { .integer(Int64($0)) } ?? .null,
            "workers": .integer(Int64(state.workers(in: state.nextRound).count)),
            "contributions": .integer(Int64(state.works.count)),
            "to_be_paid": .integer(Int64(next.outcome.credits.count)),
            "rejected": .integer(Int64(next.outcome.rejected.count)),
            "lies": .integer(Int64(next.outcome.slashes.count)),
            "undecided": .integer(Int64(next.outcome.undecided.count)),
            "treasury": Amount.json(state.treasury),
            "pool": Amount.json(next.outcome.pool),
            "exports": .integer(Int64(state.exports.count)),
            "closed": .bool(state.isClosed),
        ]
    }

    /// How many whole rewards the treasury holds.
    private var roundsLeft: String {
        let reward = state.genesis.rewardPerRound
        return reward == 0 ? "any number of" : "\(state.treasury / reward)"
    }
}
