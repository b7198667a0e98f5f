import Aggregation
import Numerics
import Rounds
import Storage
import Testing

@Suite("Parts of merge rules") struct MergeDetailTests {
    static func vector(_ value: Float) -> [Float] {
        [Float](repeating: value, count: SampleUpdates.tensorSizes.reduce(0, +))
    }

    @Test("three tokens of +1 and one of −2 have the mean 0.25") func weightedMean() throws {
        let merged = try SampleUpdates.merged(
            [Self.vector(1), Self.vector(-2)], MergeRule(.weightedMean), tokens: [3, 1])
        #expect(merged.pseudoGradient.view.array == Self.vector(0.25))
    }

    @Test("a trimmed mean without its ends; a median of an even number is the middle's mean")
    func coordinates() throws {
        let vectors = [-100, 1, 2, 6, 7, 1_000].map { Self.vector($0) }
        let trimmed = try SampleUpdates.merged(vectors, MergeRule(.trimmedMean(drop: 1)))
        let median = try SampleUpdates.merged(vectors, MergeRule(.coordinateMedian))
        let most = try SampleUpdates.merged(vectors, MergeRule(.trimmedMean(drop: 40)))
        #expect(trimmed.pseudoGradient.view.array == Self.vector(4))
        #expect(median.pseudoGradient.view.array == Self.vector(4))
        #expect(most.pseudoGradient.view.array == Self.vector(4))
    }

    @Test("the median over all is 0 where less than half have sent, over senders it is theirs")
    func sparseMedian() throws {
        let vectors = [3, 0, 0].map { Self.vector($0) }
        let all = try SampleUpdates.merged(vectors, MergeRule(.coordinateMedian))
        let senders = try SampleUpdates.merged(
            vectors, MergeRule(.coordinateMedian, over: .senders))
        #expect(all.pseudoGradient.view.array == Self.vector(0))
        #expect(senders.pseudoGradient.view.array == Self.vector(3))
    }

    @Test("radial-directional averaging keeps the mean norm") func radial() throws {
        let updates = SampleUpdates.honest(8, seed: 21)
        let merged = try SampleUpdates.merged(updates, MergeRule(.radialDirectional))
        let expected = updates.map(\.norm).reduce(0, +) / 8
        #expect(abs(merged.pseudoGradient.view.array.norm / expected - 1) < 1e-5)
    }

    @Test("the geometric median has no shorter sum of distances beside it") func geometricMedian()
        throws
    {
        let updates = SampleUpdates.honest(5, seed: 22)
        func cost(_ iterations: Int) throws -> Double {
            let merged = try SampleUpdates.merged(
                updates, MergeRule(.geometricMedian(iterations: iterations)))
            return updates.map { $0.distance(merged.pseudoGradient.view.array) }.reduce(0, +)
        }
        let (few, many) = (try cost(1), try cost(32))
        #expect(many <= few + 1e-3)
        let mean = try SampleUpdates.merged(updates, MergeRule(.mean)).pseudoGradient.view.array
        #expect(many <= updates.map { $0.distance(mean) }.reduce(0, +) + 1e-3)
    }

    @Test("a sign vote is the majority's sign, and 0 without one") func signVote() throws {
        let merged = { (values: [Float]) in
            try SampleUpdates.merged(values.map { Self.vector($0) }, MergeRule(.signVote))
                .pseudoGradient.view[0]
        }
        #expect(try merged([1e-9, 2, -100]) == 1)
        #expect(try merged([-1, 2, 0]) == 0)
        #expect(try merged([-1, -2, 5]) == -1)
    }

    @Test("buckets hold every update once", arguments: [1, 2, 3, 8, 100])
    func buckets(size: Int) {
        let buckets = Bucketing(count: 8, size: size, seed: 5)
        #expect(buckets.groups.flatMap { $0 }.sorted() == Array(0..<8))
        #expect(buckets.groups.dropLast().allSatisfy { $0.count == size })
        #expect(buckets == Bucketing(count: 8, size: size, seed: 5))
    }

    @Test("the shuffle follows the seed") func shuffle() {
        let orders = (0..<8).map { Bucketing(count: 8, size: 2, seed: $0).groups }
        #expect(Set(orders).count > 4)
    }

    @Test("an update that cannot be read stops the merge") func unreadable() {
        struct Unreadable: Error {}
        let entries = [UpdateSource.Entry(digest: Digest(hashing: []), tokens: 1)]
        let source = UpdateSource(entries: entries, tensorSizes: [1], sentLimit: 1, byteLimit: 1) {
            _ in
            throw Unreadable()
        }
        for rule in SampleUpdates.rules {
            #expect(throws: Unreadable.self) {
                try UpdateMerge.run(source, rule: rule, arithmetic: Arithmetic(threads: 2))
            }
        }
    }
}
