import Aggregation
import Numerics
import Rounds
import Testing

@Suite("Merging with false updates") struct MergeAttackTests {
    static let honest = SampleUpdates.honest(6, seed: 11)

    static func mean(_ vectors: [[Float]]) throws -> [Float] {
        try SampleUpdates.merged(vectors, MergeRule(.mean)).pseudoGradient.view.array
    }

    static func scaled(_ vector: [Float], by factor: Float) -> [Float] {
        vector.map { $0 * factor }
    }

    static let robust: [MergeRule] = [
        MergeRule(.coordinateMedian), MergeRule(.trimmedMean(drop: 2)),
        MergeRule(.geometricMedian(iterations: 16)), MergeRule(.multiKrum(attackers: 2, keep: 4)),
        MergeRule(.centeredClipping(iterations: 3)), MergeRule(.normClipping),
        MergeRule(.agreement, clip: 1.5),
    ]

    @Test("two of eight cannot move a robust rule far", arguments: robust)
    func bounded(rule: MergeRule) throws {
        let false1 = Self.scaled(Self.honest[0], by: -1_000)
        let false2 = Self.scaled(SampleUpdates.noise(5), by: 1_000)
        let merged = try SampleUpdates.merged(Self.honest + [false1, false2], rule)
        let honest = try Self.mean(Self.honest)
        #expect(merged.pseudoGradient.view.array.distance(honest) < 2 * honest.norm)
    }

    @Test("one of eight moves the mean anywhere") func meanBreaks() throws {
        let all = Self.honest + [Self.scaled(Self.honest[0], by: -1_000)]
        #expect(
            try Self.mean(all).distance(Self.mean(Self.honest)) > 100
                * Self.mean(all.dropLast()).norm)
    }

    @Test(
        "agreement drops turned, random and empty updates, even if they agree with each other",
        arguments: 0..<3)
    func agreement(kind: Int) throws {
        let noise = SampleUpdates.noise(6)
        let turned = Self.scaled(try Self.mean(Self.honest), by: -1)
        let pair = [[turned, turned], [noise, noise], [noise.map { $0 * 0 }, noise]][kind]
        let result = try SampleUpdates.merged(Self.honest + pair, MergeRule(.agreement))
        let shares = try #require(result.combination).shares
        #expect(shares[..<6].allSatisfy { $0 > 0.15 })
        #expect(shares[6...].allSatisfy { $0 < 0.03 })
    }

    @Test("agreement trusts a worker that did little as much as one that did a lot")
    func unlikeSizes() throws {
        var updates = Self.honest
        updates[0] = Self.scaled(updates[0], by: 0.2)
        updates[1] = Self.scaled(updates[1], by: 5)
        let tokens = [20, 500, 100, 100, 100, 100]
        let result = try SampleUpdates.merged(updates, MergeRule(.agreement), tokens: tokens)
        let shares = try #require(result.combination).shares
        for (share, tokens) in zip(shares, tokens) {
            #expect(abs(share - Double(tokens) / 920) < 1e-9)
        }
    }

    @Test("multi-Krum keeps the nearest ones and leaves out the rest") func krum() throws {
        let far = Self.scaled(Self.honest[0], by: -10)
        let result = try SampleUpdates.merged(
            [far] + Self.honest, MergeRule(.multiKrum(attackers: 1, keep: 6)))
        #expect(result.combination?.shares[0] == 0)
        #expect(result.combination?.shares[1...].allSatisfy { abs($0 - 1.0 / 6) < 1e-9 } == true)
    }

    @Test("clipping cuts every tensor to a multiple of the median norm") func clipping() throws {
        var long = Self.honest[0]
        for index in 0..<SampleUpdates.tensorSizes[0] { long[index] *= 100 }
        let result = try SampleUpdates.merged(
            [long] + Self.honest, MergeRule(.normClipping))
        let factors = try #require(result.combination).factors
        #expect(factors[0][0] < 0.02)
        #expect(factors[0][1] > 0.9)
    }

    @Test("what one alone sent is damped by `least_share`") func alone() throws {
        var lone = [Float](repeating: 0, count: SampleUpdates.tensorSizes.reduce(0, +))
        lone[3] = 8
        var other = lone
        (other[3], other[4]) = (0, 1)
        let vectors = [lone, other, other, other]
        for (share, expected) in [(Float(0), Float(8)), (0.25, 8), (0.5, 4), (1, 2)] {
            let rule = MergeRule(.mean, over: .senders, leastShare: share)
            let merged = try SampleUpdates.merged(vectors, rule).pseudoGradient.view
            #expect(merged[3] == expected)
            #expect(merged[4] == min(1, 0.75 / share))
        }
    }
}
