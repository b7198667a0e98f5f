package import Artifacts
package import Identity
package import Storage

/// A sealed contribution and what the verifiers said of it.
package struct Work: Sendable {
    /// What the worker claims and signed.
    package let contribution: SealedContribution
    /// What the worker had at stake when it was sealed, in base units.
    package let stake: UInt64
    /// The deciding word of each verifier that gave one.
    package var decisions: [PublicKey: Decision] = [:]

    /// What a verifier decided.
    package struct Decision: Sendable {
        /// Its word.
        package let outcome: Verdict.Outcome
        /// The identity of the verdict that says so; nil if that is a revision, which stands.
        package let verdict: Digest?
    }

    /// What the ledger makes of it, whatever the order of the verdicts.
    package enum Outcome: Sendable, Equatable {
        /// Enough verifiers accepted it: it is paid.
        case accepted
        /// Enough verifiers found it within the bounds: it is paid the share that the terms say.
        case plausible
        /// Enough verifiers proved it a lie: it is not paid, and the worker is slashed.
        case lie
        /// Enough verifiers did not accept it: it is not paid.
        case rejected
        /// Too few verifiers decided: it is not paid if the round is settled so.
        case undecided
    }

    /// The outcome under a quorum of more than half of the verifiers, so that only one can have it.
    package func outcome(quorum: UInt64) -> Outcome {
        let isTolerant = contribution.claim.isTolerant
        let words = decisions.values.map(\.outcome)
        let favourable = words.count { $0 == (isTolerant ? .plausible : .accepted) }
        let lies = isTolerant ? 0 : words.count { $0.provesLie }
        if favourable >= quorum { return isTolerant ? .plausible : .accepted }
        if lies >= quorum { return .lie }
        return words.count - favourable >= quorum ? .rejected : .undecided
    }
}

extension Verdict.Outcome {
    /// Whether the worker signed something that replay shows to be untrue, so that it is slashed.
    ///
    /// It shows nothing of work that was not done in exact arithmetic: bounds are no proof.
    /// Other data than assigned, a stale base, a lost state or another run can be an honest mishap,
    /// and what is signed is true; those are only not paid.
    package var provesLie: Bool { self == .notReproduced }

    /// Whether it says that a file is no signed contribution, which cannot be true of what is sealed:
    /// the ledger has checked that itself.
    package var isAboutAnotherFile: Bool { self == .malformed || self == .badSignature }

    /// Whether the verifier decided at all.
    package var decides: Bool { self != .cannotVerify }
}
