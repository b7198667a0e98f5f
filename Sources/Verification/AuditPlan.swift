import Corpus
package import Encodings
package import Rounds
package import Storage
package import Identity

/// What of one contribution is to be audited: drawn by a seed that came after the contribution.
///
/// Rule `sampled-segments v1`; normative text: docs/formats/audit.md.
package struct AuditPlan: Sendable, Equatable {
    /// The name of the rule.
    package static let rule = "sampled-segments v1"

    /// How much is audited.
    package enum Scope: Sendable, Equatable {
        /// The contribution was not drawn.
        case none
        /// These segments, from 1, ascending.
        case segments([Int])
        /// All of it.
        case whole
    }

    /// The digest of the run file.
    package let run: Digest
    /// The round of the contribution.
    package let round: Int
    /// The seed that decided.
    package let seed: Digest
    /// The digest of the contribution.
    package let contribution: Digest
    /// Who contributed.
    package let worker: PublicKey
    /// Inner steps of the contribution in segments.
    package let segmentation: RoundSegments
    /// How much of it is audited.
    package let scope: Scope

    /// Draws what of `claim`, which the contribution of the given digest makes, is audited.
    package init(
        of claim: Claim, digest: Digest, run configuration: RunConfiguration, seed: Digest
    ) {
        self.init(
            round: claim.round, contribution: digest, worker: claim.worker, steps: claim.steps,
            run: configuration, seed: seed)
    }

    private init(
        round: Int, contribution: Digest, worker: PublicKey, steps: Int,
        run configuration: RunConfiguration, seed: Digest
    ) {
        run = configuration.digest
        self.round = round
        self.seed = seed
        self.contribution = contribution
        self.worker = worker
        segmentation = RoundSegments(
            steps: steps, segmentSteps: configuration.round.segmentSteps)
        guard case .sampled(let share, let sampled) = configuration.verification.replay else {
            scope = .whole
            return
        }
        var draws = PublicDraws(
            rule: "nous-tools audit v1", seed: seed, round: UInt64(round), subject: contribution)
        guard draws.next(below: 1_000_000) < UInt128(share) else {
            scope = .none
            return
        }
        guard let sampled, sampled < segmentation.count else {
            scope = .whole
            return
        }
        scope = .segments(draws.next(sampled, of: segmentation.count).map { $0 + 1 })
    }

    /// The segments that are replayed.
    package var segments: [Int] {
        switch scope {
        case .none: []
        case .segments(let segments): segments
        case .whole: Array(1...max(segmentation.count, 1))
        }
    }

    /// The inner steps that are replayed.
    package var steps: Int {
        segments.reduce(0) { $0 + segmentation.steps(ofSegment: $1).count }
    }

    /// The JSON record.
    package var json: JSON {
        var members = [
            JSONMember(key: "type", value: "audit-plan"),
            JSONMember(key: "rule", value: .string(AuditPlan.rule)),
            JSONMember(key: "run", value: run.json),
            JSONMember(key: "round", value: .integer(Int64(round))),
            JSONMember(key: "seed", value: seed.json),
            JSONMember(key: "contribution", value: contribution.json),
            JSONMember(key: "worker", value: worker.json),
        ]
        switch scope {
        case .none: members.append(JSONMember(key: "audit", value: "none"))
        case .whole: members.append(JSONMember(key: "audit", value: "whole"))
        case .segments(let numbers):
            members.append(JSONMember(key: "audit", value: "segments"))
            members.append(
                JSONMember(key: "segments", value: .array(numbers.map { .integer(Int64($0)) })))
        }
        members.append(JSONMember(key: "steps", value: .integer(Int64(segmentation.steps))))
        return .object(members)
    }
}

extension AuditPlan {
    /// Reads a plan under `configuration`; what it says must be what is drawn.
    package init(_ json: JSON, run configuration: RunConfiguration) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "audit-plan")
        try fields.constant("type", "audit-plan")
        try fields.constant("rule", AuditPlan.rule)
        guard try fields.digest("run") == configuration.digest else {
            throw .field("run", expected: configuration.digest.hex, found: "another")
        }
        self.init(
            round: Int(try fields.integer("round", in: 1...Int64(UInt32.max))),
            contribution: try fields.digest("contribution"),
            worker: try fields.publicKey("worker"),
            steps: Int(try fields.integer("steps", in: 1...Int64(Contribution.stepLimit))),
            run: configuration, seed: try fields.digest("seed"))
        guard json.canonicalBytes() == self.json.canonicalBytes() else {
            throw MalformedInput(
                "expected what the seed draws, \(segments), found another", in: "audit-plan")
        }
    }
}
