import Aggregation
import Encodings
import Numerics
import Rounds
import SampleRound
import Storage
import Testing

@Suite("Merging what was not made in exact arithmetic") struct TolerantMergeTests {
    static let settings = TolerantSettings(weight: 0.5, cap: 0.25, payPartsPerMillion: 0)

    /// A source of vectors, the ones with the given numbers tolerant.
    static func source(
        _ vectors: [[Float]], tolerant: Set<Int>, settings: TolerantSettings = settings
    ) -> UpdateSource {
        let digests = vectors.indices.map { Digest(hashing: [UInt8($0)]) }.sorted()
        let updates = vectors.map {
            CompressedUpdate($0, tensorSizes: SampleUpdates.tensorSizes)
        }
        return UpdateSource(
            entries: digests.enumerated().map {
                UpdateSource.Entry(
                    digest: $1, tokens: 100, tolerant: tolerant.contains($0) ? settings : nil)
            }, tensorSizes: SampleUpdates.tensorSizes, sentLimit: 6_000, byteLimit: 1 << 20
        ) { updates[$0] }
    }

    /// A vector that is `value` at each of `places`.
    static func vector(_ value: Float, at places: Range<Int>) -> [Float] {
        (0..<6_000).map { places.contains($0) ? value : 0 }
    }

    static func merged(
        _ source: UpdateSource, _ rule: MergeRule
    ) throws -> (shares: [Double], gradient: [Float]) {
        let result = try UpdateMerge.run(source, rule: rule, arithmetic: Arithmetic(threads: 1))
        return (result.combination?.shares ?? [], result.pseudoGradient.view.array)
    }

    @Test("a weight multiplies the tokens") func weighs() throws {
        let vectors = (1...4).map { Self.vector(Float($0), at: 0..<6_000) }
        let result = try Self.merged(
            Self.source(vectors, tolerant: [3]), MergeRule(.weightedMean))
        #expect(result.shares == [2, 2, 2, 1].map { $0 / 7 })
    }

    @Test("together they have at most their cap, and the others the rest") func caps() throws {
        let vectors = (1...4).map { Self.vector(Float($0), at: 0..<6_000) }
        let settings = TolerantSettings(weight: 1, cap: 0.25, payPartsPerMillion: 0)
        let source = Self.source(vectors, tolerant: [1, 2], settings: settings)
        let result = try Self.merged(source, MergeRule(.weightedMean))
        #expect(result.shares == [0.375, 0.125, 0.125, 0.375])
        #expect(result.gradient.allSatisfy { $0 == 2.5 })
    }

    @Test("the cap holds under every rule that gives shares", arguments: SampleUpdates.rules)
    func capsUnderEveryRule(rule: MergeRule) throws {
        let source = Self.source(
            SampleUpdates.honest(8, seed: 5), tolerant: [0, 1, 2, 3, 4],
            settings: TolerantSettings(weight: 1, cap: 0.25, payPartsPerMillion: 0))
        let shares = try Self.merged(source, rule).shares
        guard !shares.isEmpty else { return }
        #expect(shares.prefix(5).reduce(0, +) <= 0.25 + 1e-12)
        #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    }

    @Test("alone they move the weights by no more than their cap") func alone() throws {
        let source = Self.source(
            [Self.vector(1, at: 0..<6_000), Self.vector(1, at: 0..<6_000)], tolerant: [0, 1])
        for rule in [
            MergeRule(.weightedMean), MergeRule(.weightedMean, over: .senders),
            MergeRule(.radialDirectional),
        ] {
            let gradient = try Self.merged(source, rule).gradient
            #expect(gradient.allSatisfy { abs($0 - 0.25) < 1e-6 }, "\(rule)")
        }
    }

    @Test("over senders the cap holds for every element") func overSenders() throws {
        let vectors = [
            Self.vector(1, at: 0..<200), Self.vector(1, at: 100..<300),
            Self.vector(1, at: 200..<400),
        ]
        let settings = TolerantSettings(weight: 1, cap: 0.25, payPartsPerMillion: 0)
        let source = Self.source(vectors, tolerant: [2], settings: settings)
        let result = try Self.merged(source, MergeRule(.weightedMean, over: .senders))
        #expect(result.shares == [0.375, 0.375, 0.25])
        #expect(result.gradient[0..<200].allSatisfy { $0 == 1 })
        // One of the exact and the tolerant one sent these: a share of 0.625 over 0.25 / 0.25.
        #expect(result.gradient[200..<300].allSatisfy { $0 == 0.625 })
        #expect(result.gradient[300..<400].allSatisfy { $0 == 0.25 })
    }

    @Test("a run takes them only if it says so, and counts them as it says") func runs() throws {
        let run = try SampleRun.run([
            "tolerant": ["weight": .number("0.5"), "cap": 1, "pay_ppm": 0]
        ])
        #expect(run.takes(.tolerant) && run.takes(.exact) && !run.takes(.blas))
        #expect(try !SampleRun.run().takes(.tolerant))
    }
}
