package import Artifacts
package import Encodings
package import Identity
package import Rounds
package import Storage

/// Scores by operand.
package enum ScoreFile {
    /// Reads scores and their signers, checking each one's signature.
    package static func read(
        _ operand: String
    ) throws -> [(score: Score, verifier: PublicKey)] {
        try RecordLines.read(operand, name: "scores") { json throws(MalformedInput) in
            try Score.verify(json)
        }
    }
}

/// What trusted verifiers object to in the contributions to one round.
package struct Objections {
    private let votes: [Digest: [PublicKey: [Score.Objection]]]

    /// The objections of `trusted` verifiers about the round of `run` after `base`.
    ///
    /// All others are passed over. A verifier who objects to a contribution in two ways is refused.
    package init(
        _ records: [(score: Score, verifier: PublicKey)], of trusted: Set<PublicKey>,
        run: RunConfiguration, base: Checkpoint
    ) throws(MalformedInput) {
        var votes: [Digest: [PublicKey: [Score.Objection]]] = [:]
        for (score, verifier) in records where trusted.contains(verifier) {
            guard score.run == run.digest, score.base == base.digest,
                Int(score.round) == base.lineage.round + 1
            else { continue }
            let earlier = votes[score.contribution, default: [:]].updateValue(
                score.objections, forKey: verifier)
            guard earlier == nil || earlier == score.objections else {
                throw MalformedInput(
                    "verifier \(verifier) objects to contribution \(score.contribution) in two "
                        + "ways")
            }
        }
        self.votes = votes
    }

    /// What `quorum` verifiers object to in a contribution, each maybe to something else.
    ///
    /// Nothing if fewer object. Fewer scores than `quorum` are refused: others may have the rest.
    package func against(
        _ contribution: Digest, quorum: Int
    ) throws(MalformedInput) -> [Score.Objection] {
        let found = votes[contribution, default: [:]].values
        guard found.count >= quorum else {
            throw MalformedInput(
                "expected scores of contribution \(contribution) by \(quorum) of the --verifier "
                    + "keys, found \(found.count)")
        }
        guard found.count(where: { !$0.isEmpty }) >= quorum else { return [] }
        return Score.Objection.allCases.filter { objection in
            found.contains { $0.contains(objection) }
        }
    }
}
