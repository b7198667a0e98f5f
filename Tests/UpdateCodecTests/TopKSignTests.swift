import Encodings
import Numerics
import Testing
import UpdateCodec

@Suite struct TopKSignTests {
    /// Normal values of a seed.
    static func values(_ count: Int, seed: UInt64) -> [Float] {
        let random = CounterRandom(seed: seed)
        return (0..<count).map { random.normal(at: UInt64($0)) }
    }

    static func decoded(_ encoded: SparseSigns, _ codec: TopKSign, _ count: Int) -> [Float] {
        let view = FloatView(count: count)
        codec.accumulate(encoded, times: 1, into: view)
        return view.array
    }

    @Test func sendsTheLargestMagnitudesOfEachChunkAsTheirMean() {
        let codec = TopKSign(chunk: 4, keep: 2)
        let encoded = codec.encode(FloatView(copying: [1, -3, 0.5, 2, 8, 0, 0, -4]))
        #expect(encoded.indices == [1, 3, 0, 3])
        #expect(encoded.scales == [2.5, 6])
        #expect(encoded.signs == [0b1001])
        let decoded = Self.decoded(encoded, codec, 8)
        #expect(decoded == [0, -2.5, 0, 2.5, 6, 0, 0, -6])
    }

    @Test func takesTheLowerIndexAmongEqualMagnitudes() {
        let encoded = TopKSign(chunk: 5, keep: 2).encode(FloatView(copying: [1, 2, -2, 2, 1]))
        #expect(encoded.indices == [1, 2])
    }

    @Test func aZeroTensorDecodesToZeros() {
        let codec = TopKSign(chunk: 16, keep: 4)
        let encoded = codec.encode(FloatView(count: 40))
        #expect(Self.decoded(encoded, codec, 40) == [Float](repeating: 0, count: 40))
    }

    @Test(arguments: [1, 2, 63, 64, 65, 1000, 4096, 5000])
    func aShortChunkSendsItsShareAndAtLeastOne(count: Int) {
        let codec = TopKSign(chunk: 64, keep: 4)
        let encoded = codec.encode(FloatView(copying: Self.values(count, seed: 1)))
        #expect(encoded.indices.count == codec.keptTotal(count))
        #expect(encoded.scales.count == codec.chunkCount(count))
        #expect(throws: Never.self) { try codec.check(encoded, count: count, named: "t") }
    }

    @Test(arguments: 1...20)
    func agreesWithSortingByMagnitude(seed: UInt64) {
        let codec = TopKSign(chunk: 256, keep: 32)
        let values = Self.values(700, seed: seed)
        let encoded = codec.encode(FloatView(copying: values))
        var expected: [UInt16] = []
        for start in stride(from: 0, to: 700, by: 256) {
            let chunk = Array(values[start..<min(start + 256, 700)])
            let order = chunk.indices.sorted {
                (abs(chunk[$0]), $1) > (abs(chunk[$1]), $0)
            }
            expected += order.prefix(codec.keptCount(chunk.count)).sorted().map { UInt16($0) }
        }
        #expect(encoded.indices == expected)
    }

    @Test(arguments: 1...10)
    func whatIsSentAndWhatIsWithheldAddUp(seed: UInt64) {
        let codec = TopKSign(chunk: 64, keep: 8)
        let values = Self.values(300, seed: seed)
        let encoded = codec.encode(FloatView(copying: values))
        let withheld = FloatView(copying: values)
        codec.accumulate(encoded, times: -1, into: withheld)
        let sent = Self.decoded(encoded, codec, 300)
        for index in 0..<300 { #expect(withheld[index] == values[index] - sent[index]) }
    }

    @Test func refusesIndicesOutOfOrder() {
        let codec = TopKSign(chunk: 4, keep: 2)
        var encoded = codec.encode(FloatView(copying: [1, 2, 3, 4]))
        encoded.indices = [3, 2]
        #expect(throws: MalformedInput.self) { try codec.check(encoded, count: 4, named: "t") }
    }

    @Test func refusesUnusedSignBits() {
        let codec = TopKSign(chunk: 4, keep: 2)
        var encoded = codec.encode(FloatView(copying: [1, 2, 3, 4]))
        encoded.signs = [0b100]
        #expect(throws: MalformedInput.self) { try codec.check(encoded, count: 4, named: "t") }
    }

    @Test(arguments: [Float.nan, .infinity, -1, -0.0])
    func refusesScalesNoEncoderWrites(scale: Float) {
        let codec = TopKSign(chunk: 4, keep: 2)
        var encoded = codec.encode(FloatView(copying: [1, 2, 3, 4]))
        encoded.scales = [scale]
        #expect(throws: MalformedInput.self) { try codec.check(encoded, count: 4, named: "t") }
    }
}
