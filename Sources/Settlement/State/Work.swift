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

    /// What each verifier that scored it measured.
    package var scores: [PublicKey: Measure] = [:]

    /// What of a score a rule of reward looks at.
    package struct Measure: Sendable {
        /// By how much the loss of the merge rises without it, in micronats a token; 0 if not measured.
        package let leaveOneOut: Int64
        /// The mean rating of the worker less three deviations, in thousandths, rounded down.
        package let rating: Int64

        /// The measure that a score states.
        package init(_ score: Score) {
            leaveOneOut = score.leaveOneOut?.gain.mean ?? 0
            let millionths = score.rating.mean - 3 * score.rating.deviation
            let thousandths = millionths / 1_000
            rating = millionths < thousandths * 1_000 ? thousandths - 1 : thousandths
        }
    }

    /// What the rules look at, of which each score is the lower median of the verifiers'; nil if fewer than
    /// `quorum` scored it.
    package func merits(quorum: UInt64) -> RewardRule.Merits? {
        guard scores.count >= quorum else { return nil }
        func median(_ values: [Int64]) -> Int64 { values.sorted()[(values.count - 1) / 2] }
        return RewardRule.Merits(
            tokens: contribution.claim.tokens,
            leaveOneOut: median(scores.values.map(\.leaveOneOut)),
            rating: median(scores.values.map(\.rating)))
    }

    /// What a verifier decided.
    package struct Decision: Sendable {
        /// Its word.
        package let outcome: Verdict.Outcome
        /// The identity of its first verdict.
        package let verdict: Digest
        /// Whether the word is its second, which stands.
        package let isRevision: Bool
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
