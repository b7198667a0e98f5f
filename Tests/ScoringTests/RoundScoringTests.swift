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
        for artifact in artifacts { try add(artifact, to: &scoring) }
        return scoring
    }

    private static func add(
        _ artifact: Artifact, to scoring: inout RoundScoring
    ) throws(MalformedInput) {
        let outline = try ContributionOutline(
            artifact.manifest, first: artifact.member("contribution.json"))
        try scoring.add(outline, named: "it") { artifact }
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

    /// A run that takes tolerant work and leaves copies of it out.
    private static let watchful = SampleRound.sample([
        "tolerant": ["weight": .number("0.5"), "cap": .number("0.25"), "pay_ppm": 0],
        "verification": [
            "replay": "all", "scores": ["of": "tolerant", "likeness_ppm": 900_000],
        ],
    ])

    /// An update of noise that nobody trained.
    private static func noise(_ stream: UInt32) -> [Float] {
        let random = CounterRandom(seed: 9, stream: stream)
        return (0..<watchful.base.layout.count).map { random.normal(at: UInt64($0)) }
    }

    /// What the holder of key `number` sends in a watchful round, signed or not.
    private static func sending(
        _ update: [Float], key number: UInt8, _ arithmetic: ArithmeticClass = .exact,
        in round: SampleRound = watchful, isSigned: Bool = true
    ) throws -> Artifact {
        let key = SigningKey(seed: [UInt8](repeating: number, count: 32))
        let own = try watchful.train(worker: 0).contribution
        let encoded = round.base.layout.tensors.map { tensor in
            round.run.codec.codec.encode(
                FloatView(copying: Array(update[tensor.range])), shape: tensor.shape,
                Arithmetic(threads: 1))
        }
        let contribution = own.with(
            claim: own.claim.with(
                round: round.base.lineage.round + 1, base: round.base.digest,
                worker: key.publicKey, arithmetic: arithmetic), update: encoded)
        var artifact = contribution.artifact(
            layout: round.base.layout, codec: round.run.codec.codec)
        if isSigned { artifact.sign(with: key) }
        return artifact
    }

    @Test("object to the later of two that are alike, if it is tolerant")
    func copies() throws {
        let update = Self.noise(0)
        let others = try (1...3).map { try Self.sending(Self.noise($0), key: UInt8(10 + $0)) }
        let original = try Self.sending(update, key: 20)
        for arithmetic in [ArithmeticClass.tolerant, .exact] {
            let copy = try Self.sending(update.map { 2 * $0 }, key: 21, arithmetic)
            let scoring = try Self.scoring(others + [original, copy], of: Self.watchful)
            let orders = [[original, copy], [original], [copy, original], [copy], []]
            for (number, order) in orders.enumerated() {
                let places = Dictionary(
                    uniqueKeysWithValues: order.enumerated().map { ($1.digest, $0) })
                for score in try Self.scores(scoring, order: places) {
                    let isFound = score.contribution == copy.digest && number < 2
                    #expect(score.objections == (isFound && arithmetic == .tolerant ? [.copy] : []))
                    guard score.contribution == copy.digest else { continue }
                    #expect(score.nearest?.contribution == original.digest)
                    #expect(score.nearest?.likeness ?? 0 > 990_000)
                }
            }
        }
    }

    @Test("find a copy of an update of an earlier round")
    func earlier() throws {
        let next = SampleRound(run: Self.watchful.run, base: Self.watchful.next().base)
        let original = try Self.sending(Self.noise(0), key: 20)
        let copy = try Self.sending(Self.noise(0), key: 21, .tolerant, in: next)
        let others = try (1...2).map {
            try Self.sending(Self.noise($0), key: UInt8(10 + $0), in: next)
        }
        var scoring = try Self.scoring(others + [copy], of: next)
        #expect(try Self.scores(scoring).allSatisfy { $0.objections.isEmpty })
        try scoring.compare(with: original)
        for score in try Self.scores(scoring) {
            #expect(score.objections == (score.contribution == copy.digest ? [.copy] : []))
        }
        #expect(
            refusal { try scoring.compare(with: copy) }
                == "field 'round': expected at most 1, found 2")
        let unsigned = try Self.sending(Self.noise(4), key: 20, isSigned: false)
        #expect(
            refusal { try scoring.compare(with: unsigned) } == "no valid signature of the worker")
    }

    @Test("are figures whatever is sent")
    func extremes() throws {
        let largest = Self.watchful.base.parameters.view.indices.map { _ in
            Float.greatestFiniteMagnitude
        }
        let nothing = [Float](repeating: 0, count: largest.count)
        let artifacts = try [largest, nothing, nothing, Self.noise(1), largest.map { -$0 }]
            .enumerated().map { try Self.sending($1, key: UInt8(10 + $0), .tolerant) }
        let scores = try Self.scores(Self.scoring(artifacts, of: Self.watchful))
        #expect(scores.count == 5)
        let key = SampleRound.keys[0]
        for score in scores {
            #expect(try Score.verify(score.signed(with: key)).record == score)
        }
    }

    @Test("end in an error for a worker with two contributions, or another round's")
    func refusals() throws {
        let artifact = try Self.published()[0]
        var scoring = try Self.scoring([artifact])
        let other = try Self.sending(
            Self.round.decoded(try Self.honest[0].get()).map { 2 * $0 }, by: 0)
        #expect(
            refusal { try Self.add(other, to: &scoring) }?.hasPrefix(
                "worker \(SampleRound.keys[0].publicKey) has two contributions") == true)
        #expect(
            refusal { _ = try Self.scoring([artifact], of: Self.round.next()) }?.hasPrefix(
                "field 'base': expected \(Self.round.next().base.digest)") == true)
    }
}
