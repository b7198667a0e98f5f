import Artifacts
import Encodings
package import Identity
package import Settlement
package import TransparencyLog

/// What happened in a run, round by round and worker by worker, gathered from its entries.
package struct RunReport: Sendable {
    /// A round that is settled.
    package struct Round: Sendable {
        /// What its work was paid.
        package let outcome: RoundOutcome
        /// Whether that stands; otherwise verdicts may still be revised.
        package let isFinal: Bool
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
    /// The mean loss that each contribution to a round that is not final states.
    private var losses: [UInt32: [PublicKey: Double]] = [:]

    /// A report of nothing yet.
    package init() {}

    /// Takes the next entry, which led to `state`.
    package mutating func take(_ entry: LogEntry, _ state: LedgerState) {
        switch entry.body["type"]?.string {
        case "rotation": rename(entry.body["consent"])
        case "contribution": note(entry.body["claim"]?.string ?? "", state.nextRound)
        case "settlement":
            guard let settlement = state.lastSettlement else { return }
            if settlement.final != settlement.outcome {
                rounds.append(round(settlement.outcome, isFinal: false))
            }
            if let final = settlement.final { note(final) }
        default: break
        }
    }

    /// Notes that a key took another's place.
    private mutating func rename(_ consent: JSON?) {
        guard let old = consent?["from"].flatMap(PublicKey.init(json:)),
            let new = consent?["to"].flatMap(PublicKey.init(json:))
        else { return }
        workers[new] = workers.removeValue(forKey: old)
        for round in losses.keys {
            guard let loss = losses[round]?.removeValue(forKey: old) else { continue }
            losses[round]?[new] = loss
        }
    }

    /// Notes the mean of the losses that a claim states; one without any is passed over.
    private mutating func note(_ claim: String, _ round: UInt32) {
        guard let json = try? JSON(parsing: Array(claim.utf8), limits: .record),
            let worker = json["worker"].flatMap(PublicKey.init(json:)),
            let steps = json["loss_micronats"]?.array, !steps.isEmpty
        else { return }
        let sum = steps.reduce(0.0) { $0 + Double($1.integer ?? 0) }
        losses[round, default: [:]][worker] = sum * 1e-6 / Double(steps.count)
    }

    private func round(_ outcome: RoundOutcome, isFinal: Bool) -> Round {
        let stated = outcome.credits.compactMap { losses[outcome.round]?[$0.worker] }
        let loss = stated.isEmpty ? nil : stated.reduce(0, +) / Double(stated.count)
        return Round(outcome: outcome, isFinal: isFinal, loss: loss)
    }

    private mutating func note(_ final: RoundOutcome) {
        rounds.removeAll { $0.outcome.round == final.round }
        rounds.insert(
            round(final, isFinal: true), at: Int(final.round) - 1)
        losses[final.round] = nil
        for credit in final.credits {
            workers[credit.worker, default: Worker()].paid += 1
            workers[credit.worker, default: Worker()].tokens += UInt128(credit.tokens)
            workers[credit.worker, default: Worker()].earned += UInt128(credit.amount)
        }
        for slash in final.slashes {
            workers[slash.worker, default: Worker()].lies += 1
            workers[slash.worker, default: Worker()].lost += UInt128(slash.amount - slash.owed)
        }
        for worker in final.rejected { workers[worker, default: Worker()].rejected += 1 }
        for worker in final.undecided { workers[worker, default: Worker()].undecided += 1 }
    }
}
