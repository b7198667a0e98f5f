package import Artifacts
package import Encodings
package import Rounds
package import Storage

/// Which contributions are merged, by what trusted verifiers say of them.
package struct ContributionSelection {
    /// What is to be done with a contribution.
    package enum Decision: Sendable, Equatable {
        /// It is merged.
        case merged
        /// Too few verifiers accept it.
        case notAccepted
        /// The run leaves it out for its scores.
        case leftOut([Score.Objection])
    }

    private let sound: [Digest: Verdict.Outcome]
    private let objections: Objections?
    private let settings: ScoreSettings?
    private let quorum: Int

    /// The selection by `quorum` verifiers; `objections` must be there if scores count in the run.
    package init(
        _ verdicts: Verdicts, _ objections: Objections?, quorum: Int, run: RunConfiguration
    ) {
        precondition(run.verification.scores == nil || objections != nil, "no scores")
        sound = verdicts.sound(quorum: quorum)
        self.objections = objections
        settings = run.verification.scores
        self.quorum = quorum
    }

    /// The contributions that enough verifiers accept or find plausible.
    package var accepted: Set<Digest> { Set(sound.keys) }

    /// What is to be done with a contribution.
    package func decision(
        on outline: ContributionOutline
    ) throws(MalformedInput) -> Decision {
        guard let verdict = sound[outline.digest] else { return .notAccepted }
        // Nothing tolerant is ever accepted, and nothing else is plausible.
        let arithmetic = outline.claim.arithmetic
        let expected: Verdict.Outcome = arithmetic == .tolerant ? .plausible : .accepted
        guard verdict == expected else {
            throw .field("verdict", expected: expected.rawValue, found: verdict.rawValue)
        }
        guard let objections, settings?.covers(arithmetic) == true else { return .merged }
        let found = try objections.against(outline.digest, quorum: quorum)
        return found.isEmpty ? .merged : .leftOut(found)
    }
}
