import Artifacts
import Encodings
import Identity
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Scoring
import Storage
import Testing
import UpdateCodec

/// Scores of the sample round's three workers.
@Suite("Scores of a round")
struct RoundScoringTests {
    private static let round = SampleRound.first
    private static let honest = (0..<3).map { worker in
        Result { try round.train(worker: worker).contribution }
    }

    private static func scoring(
        _ artifacts: [Artifact], of round: SampleRound = round, seed: UInt8 = 0, threads: Int = 1,
        microBatch: Int = 8
    ) throws -> RoundScoring {
        var scoring = RoundScoring(
            RoundScoring.Inputs(
                run: round.run, base: round.base, assignments: round.assignments,
                slices: ScoreSlices(
                    round.corpus, assignments: round.assignments, seed: Digest(hashing: [seed]),
                    size: 12, secret: Digest(hashing: [1]), privateText: nil),
                seed: Digest(hashing: [seed]), microBatch: microBatch),
            arithmetic: Arithmetic(threads: threads))
        for artifact in artifacts { try scoring.add(artifact) }
        return scoring
    }

    private static func scores(
        _ scoring: RoundScoring, ratings: [PublicKey: Score.Rating] = [:],
        order: [Digest: Int] = [:]
    ) throws -> [Score] {
        var scoring = scoring
        return try scoring.scores(RoundScoring.Context(ratings: ratings, order: order)) { _, _ in }
    }

    private static func published() throws -> [Artifact] {
        try (0..<3).map { round.artifact(try honest[$0].get(), signedBy: $0) }
    }

    /// A contribution of `worker` that sends `update`.
    private static func sending(
        _ update: [Float], by worker: Int, in round: SampleRound = round
    ) throws -> Artifact {
        let encoded = round.base.layout.tensors.map { tensor in
            round.run.codec.codec.encode(
                FloatView(copying: Array(update[tensor.range])), shape: tensor.shape,
                Arithmetic(threads: 1))
        }
        let own = try round.train(worker: worker).contribution
        return round.artifact(own.with(update: encoded), signedBy: worker)
    }

    @Test("say that honest work makes the loss fall on every slice")
    func honest() throws {
        let artifacts = try Self.published()
        let scores = try Self.scores(Self.scoring(artifacts))
        #expect(scores.map(\.contribution) == artifacts.map(\.digest).sorted())
        for score in scores {
            #expect(score.gains.count == Score.Slice.allCases.count)
            for gain in score.gains.values { #expect(gain.gain.mean > 0) }
            #expect(try #require(score.gains[.assigned]).gain.low > 0)
            #expect(score.objections.isEmpty)
            #expect(score.standing != nil)
            #expect(score.nearest == nil)
        }
        // Whoever gains more on the private slice is rated higher.
        let byGain = scores.sorted {
            ($0.gains[.held]?.gain.mean ?? 0) < ($1.gains[.held]?.gain.mean ?? 0)
        }
        #expect(byGain.map(\.rating.mean) == scores.map(\.rating.mean).sorted())
    }

    @Test("do not depend on order, threads or micro-batch")
    func invariance() throws {
        let artifacts = try Self.published()
        let scores = try Self.scores(Self.scoring(artifacts))
        #expect(
            try Self.scores(Self.scoring(artifacts.reversed(), threads: 3, microBatch: 5))
                == scores)
    }

    @Test("draw other public sequences under another seed, and the same private ones")
    func seeds() throws {
        let artifacts = try Self.published()
        let one = try Self.scores(Self.scoring(artifacts))
        let other = try Self.scores(Self.scoring(artifacts, seed: 1))
        #expect(zip(one, other).allSatisfy { $0.gains[.held] == $1.gains[.held] })
        #expect(zip(one, other).contains { $0.gains[.random] != $1.gains[.random] })
        #expect(one[0].projections != other[0].projections)
    }

    @Test("say that a negated update does harm, alone and among the others")
    func harm() throws {
        let update = Self.round.decoded(try Self.honest[0].get()).map { -$0 }
        let lie = try Self.sending(update, by: 0)
        let scores = try Self.scores(Self.scoring([lie] + Self.published().dropFirst()))
        let score = try #require(scores.first { $0.contribution == lie.digest })
        #expect(try #require(score.gains[.held]).gain.high < 0)
        #expect(try #require(score.leaveOneOut).gain.high < 0)
        #expect(try #require(score.standing).cosine < 0)
    }

    @Test("are measured without the outer momentum of earlier rounds")
    func momentum() throws {
        let settings: JSON = [
            "name": "nesterov", "rate": .number("1.0"), "momentum": .number("0.9"),
        ]
        let plain = SampleRound.sample(["outer": settings])
        let layout = plain.base.layout
        let momentum = FloatStorage(count: layout.count)
        for index in 0..<layout.count { momentum.view[index] = 1e-2 }
        let moving = SampleRound(
            run: plain.run,
            base: Checkpoint(
                configuration: plain.base.configuration, parameters: plain.base.parameters,
                outerMomentum: momentum, tokenizer: plain.base.tokenizer, endToken: nil,
                lineage: plain.base.lineage))
        let gains = try [plain, moving].map { round in
            try Self.scores(Self.scoring([round.published(worker: 1)], of: round)).map(\.gains)
        }
        #expect(gains[0] == gains[1])
    }

    @Test("leave out a copy of an update of an earlier round, if the run says so")
    func copies() throws {
        let round = SampleRound.sample([
            "verification": [
                "replay": "all", "scores": ["of": "all", "likeness_ppm": 900_000],
            ]
        ])
        let random = CounterRandom(seed: 9)
        let earlier = try Self.sending(
            (0..<round.base.layout.count).map { random.normal(at: UInt64($0)) }, by: 0, in: round)
        let update = round.decoded(
            try Contribution(earlier, layout: round.base.layout, codec: round.run.codec.codec))
        let copy = try Self.sending(update.map { 2 * $0 }, by: 1, in: round)
        var scoring = try Self.scoring(
            [round.published(worker: 0), copy, round.published(worker: 2)], of: round)
        #expect(try Self.scores(scoring).allSatisfy { $0.objections.isEmpty })
        try scoring.compare(with: earlier)
        for score in try Self.scores(scoring) {
            #expect(score.objections == (score.contribution == copy.digest ? [.copy] : []))
            #expect(score.nearest?.contribution == earlier.digest)
        }
    }

    @Test("end in an error for a worker without an assignment, or with two contributions")
    func refusals() throws {
        let artifact = try Self.published()[0]
        var scoring = try Self.scoring([artifact])
        let other = try Self.sending(
            Self.round.decoded(try Self.honest[0].get()).map { 2 * $0 }, by: 0)
        #expect(throws: MalformedInput.self) { try scoring.add(other) }
        #expect(throws: MalformedInput.self) { try Self.scoring([artifact], of: Self.round.next()) }
    }
}
