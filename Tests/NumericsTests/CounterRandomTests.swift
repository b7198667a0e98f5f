import Numerics
import Testing

/// Random numbers as a function of seed, stream and index.
@Suite struct CounterRandomTests {
    /// The known answers published with Random123 (`kat_vectors`, philox4x32 10).
    @Test func philoxGivesThePublishedAnswers() {
        let ones = UInt32.max
        let zero = Philox.block(counter: SIMD4(0, 0, 0, 0), key: SIMD2(0, 0))
        #expect(zero == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
        let full = Philox.block(counter: SIMD4(ones, ones, ones, ones), key: SIMD2(ones, ones))
        #expect(full == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
        let pi = Philox.block(
            counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
            key: SIMD2(0xa409_3822, 0x299f_31d0))
        #expect(pi == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
    }

    @Test func wordsAreTheBlocksInOrder() {
        let random = CounterRandom(seed: 0x299f_31d0_a409_3822, stream: 0x1319_8a2e)
        let block = random.block(5)
        #expect((20..<24).map { random.word(at: $0) } == (0..<4).map { block[$0] })
    }

    @Test func normalNumbersHaveTheirMoments() {
        let random = CounterRandom(seed: 1, stream: 2)
        let values = (0..<200_000).map { Double(random.normal(at: $0)) }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.map { $0 * $0 }.reduce(0, +) / Double(values.count)
        let fourth = values.map { $0 * $0 * $0 * $0 }.reduce(0, +) / Double(values.count)
        #expect(mean.magnitude < 0.01)
        #expect((variance - 1).magnitude < 0.015)
        #expect((fourth - 3).magnitude < 0.15)
    }

    @Test func integersStayBelowTheirBoundAndReachAllOfIt() {
        let random = CounterRandom(seed: 3)
        var counts = [Int](repeating: 0, count: 7)
        for index in 0..<7_000 as Range<UInt64> {
            counts[Int(random.integer(below: 7, at: index))] += 1
        }
        #expect(counts.allSatisfy { (800..<1_200).contains($0) })
        #expect(random.integer(below: 1, at: 9) == 0)
        #expect(random.integer(below: UInt64.max, at: 9) < UInt64.max)
    }

    @Test func streamsAndSeedsDiffer() {
        let first = CounterRandom(seed: 1, stream: 1)
        #expect(first.block(0) != CounterRandom(seed: 1, stream: 2).block(0))
        #expect(first.block(0) != CounterRandom(seed: 2, stream: 1).block(0))
        #expect(first.block(0) != first.block(0, attempt: 1))
    }

    @Test func uniformNumbersLieFromZeroToBelowOne() {
        let random = CounterRandom(seed: 4)
        let values = (0..<10_000).map { random.uniform(at: $0) }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect((values.reduce(0, +) / 10_000 - 0.5).magnitude < 0.01)
    }
}
