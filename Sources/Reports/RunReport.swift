import Artifacts
import Encodings
package import Identity
package import Settlement
package import TransparencyLog

/// What happened in a run, round by round and worker by worker, gathered from its entries.
package struct RunReport: Sendable {
    /// A round that is settled.
    package struct Round: Sendable {
        /// What it moved.
        package let settlement: RoundSettlement
        /// The mean training loss that the paid contributions state, in nats a token; nil without any.
        package let loss: Double?
    }

    /// What a worker did in all settled rounds.
    package struct Worker: Sendable {
        /// Contributions that were paid, rejected, proven lies, and undecided.
        package var paid = 0, rejected = 0, lies = 0, undecided = 0
        /// Verified tokens.
        package var tokens: UInt128 = 0
        /// Pay and slashes, in base units.
        package var earned: UInt128 = 0, lost: UInt128 = 0
    }

    /// The settled rounds in order.
    package private(set) var rounds: [Round] = []
    /// Every worker that contributed to one.
    package private(set) var workers: [PublicKey: Worker] = [:]
    /// The mean loss that each contribution to the open round states.
    private var losses: [PublicKey: Double] = [:]

    /// A report of nothing yet.
    package init() {}

    /// Takes the next entry, which led to `state`.
    package mutating func take(_ entry: LogEntry, _ state: LedgerState) {
        switch entry.body["type"]?.string {
        case "contribution": note(entry.body["claim"]?.string ?? "")
        case "settlement":
            if let settlement = state.lastSettlement { note(settlement) }
        default: break
        }
    }

    /// Notes the mean of the losses that a claim states; one without any is passed over.
    private mutating func note(_ claim: String) {
        guard let json = try? JSON(parsing: Array(claim.utf8), limits: .record),
            let worker = json["worker"].flatMap(PublicKey.init(json:)),
            let steps = json["loss_micronats"]?.array, !steps.isEmpty
        else { return }
        let sum = steps.reduce(0.0) { $0 + Double($1.integer ?? 0) }
        losses[worker] = sum * 1e-6 / Double(steps.count)
    }

    private mutating func note(_ settlement: RoundSettlement) {
        let stated = settlement.credits.compactMap { losses[$0.worker] }
        rounds.append(
            Round(
                settlement: settlement,
                loss: stated.isEmpty ? nil : stated.reduce(0, +) / Double(stated.count)))
        losses = [:]
        for credit in settlement.credits {
            workers[credit.worker, default: Worker()].paid += 1
            workers[credit.worker, default: Worker()].tokens += UInt128(credit.tokens)
            workers[credit.worker, default: Worker()].earned += UInt128(credit.amount)
        }
        for slash in settlement.slashes {
            workers[slash.worker, default: Worker()].lies += 1
            workers[slash.worker, default: Worker()].lost += UInt128(slash.amount)
        }
        for worker in settlement.rejected { workers[worker, default: Worker()].rejected += 1 }
        for worker in settlement.undecided { workers[worker, default: Worker()].undecided += 1 }
    }
}
