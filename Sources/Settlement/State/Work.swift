package import Artifacts
package import Identity

/// A sealed contribution and what the verifiers said of it.
package struct Work: Sendable {
    /// What the worker claims and signed.
    package let contribution: SealedContribution
    /// The deciding verdict of each verifier that gave one.
    package var verdicts: [PublicKey: Verdict.Outcome] = [:]

    /// What the ledger makes of it, whatever the order of the verdicts.
    package enum Outcome: Sendable, Equatable {
        /// Enough verifiers accepted it: it is paid.
        case accepted
        /// Enough verifiers proved it a lie: it is not paid, and the worker is slashed.
        case lie
        /// Enough verifiers did not accept it: it is not paid.
        case rejected
        /// Too few verifiers decided: it is not paid if the round is settled so.
        case undecided
    }

    /// The outcome under a quorum of more than half of the verifiers, so that only one can have it.
    package func outcome(quorum: UInt64) -> Outcome {
        let accepting = verdicts.values.count { $0 == .accepted }
        let lies = verdicts.values.count { $0.provesLie }
        if accepting >= quorum { return .accepted }
        if lies >= quorum { return .lie }
        return verdicts.count - accepting >= quorum ? .rejected : .undecided
    }
}

extension Verdict.Outcome {
    /// Whether the worker signed something that replay shows to be untrue, so that it is slashed.
    ///
    /// A stale base, a lost state, another run or an unreadable file can be an honest mishap, and
    /// anybody can break a signature; those are only not paid.
    package var provesLie: Bool { self == .notReproduced || self == .wrongData }

    /// Whether the verifier decided at all.
    package var decides: Bool { self != .cannotVerify }
}
