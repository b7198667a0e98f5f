import Artifacts
import Corpus
import Encodings
import Identity
import LanguageModel
import Rounds
import Settlement
import Storage

extension RunSimulation {
    /// Lets workers hand in the work of a round, and verifiers accept all of it on trust; returns whose
    /// work is merged.
    mutating func work(_ round: Int, _ slices: [AssignmentSlice]) throws -> Set<PublicKey> {
        let start = ProcessorTime.now
        let present = slices.filter { slice in
            guard let number = numbers[slice.worker] else { return false }
            return !isAbsent(participants[number], in: round)
        }
        tally.work.missed += slices.count - present.count
        let made =
            desk.isSigned
            ? try handInSigned(present, round: round) : try handIn(present, round: round)
        deliveries[round] = made.sorted { $0.worker < $1.worker }
        for delivery in made { count(delivery) }
        tally.note("records", since: start)
        return Set(made.map(\.worker))
    }

    /// Hands in work without a text and a signature.
    private mutating func handIn(
        _ slices: [AssignmentSlice], round: Int
    ) throws -> [Delivery] {
        let base = base(of: round)
        var made: [Delivery] = []
        made.reserveCapacity(slices.count)
        for slice in slices {
            let digest = Digest(
                hashing: Array("work \(round)".utf8) + slice.worker.bytes + slice.seed.bytes)
            let delivery = delivery(of: slice, round: round, digest: digest)
            let claim = SealedContribution.Claim(
                run: run.digest, round: UInt32(round), base: base, worker: slice.worker,
                tokens: delivery.tokens)
            try desk.enter(
                .contribution(SealedContribution(vouchingFor: claim, digest: digest)),
                "contribution", identity: digest)
            made.append(delivery)
        }
        for delivery in made {
            for (place, verifier) in verifiers.prefix(policy.quorum).enumerated() {
                let identity = Digest(hashing: delivery.digest.bytes + [UInt8(place)])
                try desk.enter(
                    .verdict(
                        verdict(.accepted, of: delivery, round: round),
                        verifier: verifier.publicKey),
                    "verdict", identity: identity)
            }
        }
        return made
    }

    /// Hands in work as workers sign it, and verdicts as verifiers do.
    private mutating func handInSigned(
        _ slices: [AssignmentSlice], round: Int
    ) throws -> [Delivery] {
        let sealed = try slices.map { try self.sealed($0, round: round) }
        try desk.enter(signed: sealed.map(\.json))
        let made = zip(slices, sealed).map { slice, sealed in
            delivery(of: slice, round: round, digest: sealed.digest)
        }
        for verifier in verifiers.prefix(policy.quorum) {
            try desk.enter(
                signed: made.map { work in
                    verdict(.accepted, of: work, round: round).signed(with: verifier)
                })
        }
        return made
    }

    /// What a worker makes of its share.
    private func delivery(
        of slice: AssignmentSlice, round: Int, digest: Digest
    ) -> Delivery {
        guard let number = numbers[slice.worker] else {
            preconditionFailure("a worker of the roster takes part")
        }
        let participant = participants[number]
        let segmentation = RoundSegments(
            steps: Int(slice.steps), segmentSteps: run.round.segmentSteps)
        let strategy = Group.all[participant.group].strategy
        return Delivery(
            participant: number, worker: slice.worker, group: participant.group, digest: digest,
            segmentation: segmentation,
            tokens: slice.steps * slice.batch * UInt64(run.data.sequenceLength),
            falseSegments: strategy.falseSegments(
                of: segmentation.count,
                draw: chance.draw(.falsehood, round: round, of: number)),
            stake: desk.state.stake(of: slice.worker))
    }

    /// The contribution to a share as the ledger seals it: claim and trace as long as real ones, no update.
    func sealed(_ slice: AssignmentSlice, round: Int) throws -> SealedContribution {
        guard let number = numbers[slice.worker] else {
            preconditionFailure("a worker of the roster takes part")
        }
        let delivery = delivery(of: slice, round: round, digest: slice.seed)
        let segments = delivery.segmentation
        func root(_ segment: Int) -> Digest {
            Digest(hashing: Array("state \(round) \(number) \(segment)".utf8))
        }
        let claim = Claim(
            run: run.digest, round: round, base: base(of: round), worker: slice.worker,
            assignment: rule.assignment(slice).digest, data: run.data.root, arithmetic: .exact,
            steps: segments.steps, tokens: Int(delivery.tokens),
            losses: (0..<segments.steps).map { Int64(3_000_000 + $0 * 7_919 % 100_000) },
            stateBefore: root(0), stateAfter: root(segments.count))
        let trace = (1...segments.count).map { segment in
            let steps = segments.steps(ofSegment: segment)
            return TraceSegment(
                firstStep: steps.lowerBound, steps: steps.count, opening: root(segment - 1),
                closing: root(segment))
        }
        var artifact = Contribution(claim: claim, trace: trace, update: []).artifact(
            layout: ParameterLayout(run.model), codec: run.codec.codec)
        artifact.sign(with: participants[number].key)
        return try SealedContribution(
            manifest: artifact.manifest.bytes,
            claim: artifact.member(SealedContribution.claimPath), checkingSignature: false)
    }

    /// A verdict on work.
    func verdict(_ outcome: Verdict.Outcome, of delivery: Delivery, round: Int) -> Verdict {
        let claims = Verdict.Claims(
            run: run.digest, round: UInt32(round), base: base(of: round), worker: delivery.worker,
            tokens: delivery.tokens, stateBefore: nil, stateAfter: delivery.digest)
        return Verdict(
            contribution: delivery.digest, claims: claims, outcome: outcome, reason: "simulated")
    }

    private func base(of round: Int) -> Digest {
        Digest(hashing: Array("base \(round)".utf8))
    }

    private mutating func count(_ delivery: Delivery) {
        let steps = delivery.segmentation.steps
        let seconds = Double(delivery.tokens) / Double(participants[delivery.participant].declared)
        tally.work.delivered += 1
        tally.work.steps += steps
        tally.work.trainingSeconds += seconds
    }
}
