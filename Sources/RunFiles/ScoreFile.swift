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
        try RecordLines.read(operand, of: Score.self).map { ($0.record, $0.verifier) }
    }
}

/// What trusted verifiers object to in the contributions to one round.
package struct Objections {
    private let votes: [Digest: [PublicKey: [Score.Objection]]]
    private let trusted: Int

    /// The objections of `trusted` verifiers about the round of `run` after `base`.
    ///
    /// All others are passed over. Refused are verifiers who object to a contribution in two ways,
    /// and scores by other seeds or of other contributions than the first.
    package init(
        _ records: [(score: Score, verifier: PublicKey)], of trusted: Set<PublicKey>,
        run: RunConfiguration, base: Checkpoint
    ) throws(MalformedInput) {
        let own = records.filter { score, verifier in
            trusted.contains(verifier) && score.run == run.digest && score.base == base.digest
                && Int(score.round) == base.lineage.round + 1
        }
        var votes: [Digest: [PublicKey: [Score.Objection]]] = [:]
        for (score, verifier) in own {
            if let first = own.first, score.seed != first.score.seed {
                throw MalformedInput(
                    "verifiers \(first.verifier) and \(verifier) scored by different seeds")
            }
            if let first = own.first, score.projections != first.score.projections {
                throw MalformedInput(
                    "verifiers \(first.verifier) and \(verifier) scored different contributions")
            }
            let earlier = votes[score.contribution, default: [:]].updateValue(
                score.objections, forKey: verifier)
            guard earlier == nil || earlier == score.objections else {
                throw MalformedInput(
                    "verifier \(verifier) objects to contribution \(score.contribution) in two "
                        + "ways")
            }
        }
        self.votes = votes
        self.trusted = trusted.count
    }

    /// What `quorum` verifiers object to in a contribution, each maybe to something else.
    ///
    /// Nothing if fewer can; what more scores could decide otherwise is refused, for others may
    /// have them.
    package func against(
        _ contribution: Digest, quorum: Int
    ) throws(MalformedInput) -> [Score.Objection] {
        let found = votes[contribution, default: [:]].values
        let objecting = found.count { !$0.isEmpty }
        if objecting >= quorum {
            return Score.Objection.allCases.filter { objection in
                found.contains { $0.contains(objection) }
            }
        }
        guard trusted - (found.count - objecting) < quorum else {
            throw MalformedInput(
                "expected scores of contribution \(contribution) by more of the \(trusted) "
                    + "--verifier keys, found \(found.count), which do not decide")
        }
        return []
    }
}
