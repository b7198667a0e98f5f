import Aggregation
import Numerics
import Rounds
import Storage

/// Synthetic updates to merge.
enum SampleUpdates {
    /// Elements of the two tensors of a sample.
    static let tensorSizes = [700, 5_300]

    /// A source of vectors in the order given.
    static func source(_ vectors: [[Float]], tokens: [Int]? = nil) -> UpdateSource {
        let digests = vectors.indices.map { Digest(hashing: [UInt8($0)]) }.sorted()
        let updates = vectors.map { CompressedUpdate($0, tensorSizes: tensorSizes) }
        return UpdateSource(
            entries: digests.enumerated().map {
                UpdateSource.Entry(digest: $1, tokens: tokens?[$0] ?? 100)
            }, tensorSizes: tensorSizes,
            sentLimit: vectors.map { $0.count { $0 != 0 } }.max() ?? 0, byteLimit: 1 << 20
        ) { updates[$0] }
    }

    /// Honest updates: a common direction and as much noise of their own, all but a `density` of
    /// their elements left out.
    static func honest(_ count: Int, seed: UInt64, density: Float = 0.2) -> [[Float]] {
        let length = tensorSizes.reduce(0, +)
        let common = CounterRandom(seed: seed, stream: 100)
        return (0..<count).map { worker in
            let own = CounterRandom(seed: seed, stream: UInt32(worker))
            let mask = CounterRandom(seed: seed, stream: UInt32(1_000 + worker))
            return (0..<length).map { index in
                guard mask.uniform(at: UInt64(index)) < density else { return 0 }
                return common.normal(at: UInt64(index)) + own.normal(at: UInt64(index))
            }
        }
    }

    /// Noise of its own on as many elements.
    static func noise(_ seed: UInt64, times factor: Float = 1.4) -> [Float] {
        let values = CounterRandom(seed: seed, stream: 7)
        let mask = CounterRandom(seed: seed, stream: 8)
        return (0..<tensorSizes.reduce(0, +)).map { index in
            mask.uniform(at: UInt64(index)) < 0.2 ? factor * values.normal(at: UInt64(index)) : 0
        }
    }

    /// What `rule` makes of vectors.
    static func merged(
        _ vectors: [[Float]], _ rule: MergeRule, tokens: [Int]? = nil, threads: Int = 1,
        memory: Int = UpdateMerge.memory
    ) throws -> UpdateMerge.Result {
        try UpdateMerge.run(
            source(vectors, tokens: tokens), rule: rule, memory: memory,
            arithmetic: Arithmetic(threads: threads))
    }

    /// All rules, with settings that fit eight updates.
    static let rules: [MergeRule] = [
        MergeRule(.mean), MergeRule(.mean, over: .senders, leastShare: 0.25),
        MergeRule(.weightedMean), MergeRule(.weightedMean, over: .senders),
        MergeRule(.coordinateMedian), MergeRule(.coordinateMedian, over: .senders),
        MergeRule(.trimmedMean(drop: 2)),
        MergeRule(.trimmedMean(drop: 1), over: .senders, leastShare: 0.5, clip: 2, bucket: 2),
        MergeRule(.geometricMedian(iterations: 8)),
        MergeRule(.geometricMedian(iterations: 8), bucket: 2),
        MergeRule(.multiKrum(attackers: 2, keep: 4)), MergeRule(.centeredClipping(iterations: 3)),
        MergeRule(.centeredClipping(iterations: 3), over: .senders, clip: 1, bucket: 2),
        MergeRule(.normClipping), MergeRule(.signVote), MergeRule(.radialDirectional),
        MergeRule(.agreement), MergeRule(.agreement, over: .senders, leastShare: 0.25, clip: 1.5),
    ]
}

extension [Float] {
    /// The Euclidean norm.
    var norm: Double { reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() }

    /// The cosine of the angle to `other`.
    func cosine(_ other: [Float]) -> Double {
        zip(self, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } / (norm * other.norm)
    }

    /// The distance from `other`.
    func distance(_ other: [Float]) -> Double { zip(self, other).map { $0 - $1 }.norm }
}
