import Aggregation
import Numerics
import Rounds
import Testing

@Suite("Every merge rule") struct MergeRulePropertyTests {
    @Test("gives one update back", arguments: SampleUpdates.rules)
    func one(rule: MergeRule) throws {
        try expectFixed(rule, count: 1)
    }

    @Test("gives back what all send alike", arguments: SampleUpdates.rules)
    func allAlike(rule: MergeRule) throws {
        try expectFixed(rule, count: 7)
    }

    private func expectFixed(_ rule: MergeRule, count: Int) throws {
        let update = SampleUpdates.honest(1, seed: 1)[0]
        let merged = try SampleUpdates.merged(
            [[Float]](repeating: update, count: count), rule
        ).pseudoGradient.view.array
        let expected =
            rule.method == .signVote ? update.map { $0 == 0 ? 0 : $0 < 0 ? -1 : 1 } : update
        #expect(merged.distance(expected) <= 1e-5 * expected.norm)
    }

    @Test("gives the same bits on two threads", arguments: SampleUpdates.rules)
    func threads(rule: MergeRule) throws {
        let updates = SampleUpdates.honest(8, seed: 2)
        let results = try [1, 2].map {
            try SampleUpdates.merged(updates, rule, threads: $0).pseudoGradient.view.array
        }
        #expect(results[0] == results[1])
    }

    @Test("gives the same bits in tiles as in one piece", arguments: SampleUpdates.rules)
    func tiles(rule: MergeRule) throws {
        let updates = SampleUpdates.honest(8, seed: 3)
        let results = try [1, 20_000, 1 << 30].map {
            try SampleUpdates.merged(updates, rule, memory: $0).pseudoGradient.view.array
        }
        #expect(results[0] == results[2])
        #expect(results[1] == results[2])
    }

    @Test("points where honest updates point", arguments: SampleUpdates.rules)
    func direction(rule: MergeRule) throws {
        let updates = SampleUpdates.honest(8, seed: 4)
        let mean = try SampleUpdates.merged(updates, MergeRule(.mean)).pseudoGradient.view.array
        let merged = try SampleUpdates.merged(updates, rule).pseudoGradient.view.array
        // A median over all is 0 where less than half have sent.
        let least = rule.reading == .all && rule.method == .coordinateMedian ? 0.1 : 0.5
        #expect(merged.cosine(mean) > least)
    }

    @Test("makes nothing of nothing", arguments: SampleUpdates.rules)
    func zeros(rule: MergeRule) throws {
        let zeros = [Float](repeating: 0, count: SampleUpdates.tensorSizes.reduce(0, +))
        let merged = try SampleUpdates.merged([zeros, zeros, zeros], rule)
        #expect(merged.pseudoGradient.view.array == zeros)
    }
}
