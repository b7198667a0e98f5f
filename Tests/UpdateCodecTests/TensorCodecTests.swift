import Encodings
import Numerics
import Testing
import UpdateCodec

/// Tensors to encode, and what comes of them.
enum Sample {
    /// Normal values of a seed.
    static func values(_ count: Int, seed: UInt64, scale: Float = 0.001) -> [Float] {
        let random = CounterRandom(seed: seed)
        return (0..<count).map { scale * random.normal(at: UInt64($0)) }
    }

    /// What a receiver decodes.
    static func decoded(_ encoded: EncodedTensor, _ codec: TensorCodec, _ count: Int) -> [Float] {
        let view = FloatView(count: count)
        codec.accumulate(encoded, times: 1, into: view)
        return view.array
    }

    /// The places of the elements sent.
    static func places(_ encoded: EncodedTensor, _ codec: TensorCodec, _ count: Int) -> [Int] {
        var places: [Int] = []
        codec.forEachElement(of: encoded, count: count) { place, _ in places.append(place) }
        return places
    }

    /// Whether a reader accepts the bytes.
    static func isAccepted(_ encoded: EncodedTensor, _ codec: TensorCodec, _ count: Int) -> Bool {
        (try? codec.check(encoded, count: count, named: "t")) != nil
    }
}

@Suite("Chunks of the largest elements") struct TensorCodecTests {
    @Test func sendsTheLargestMagnitudesOfEachChunkAsTheirMean() {
        let codec = TensorCodec(chunk: 4, keep: 2, values: .sign)
        let encoded = codec.encode(FloatView(copying: [1, -5, 0.5, 3, 2, 0, 0, -0.5]))
        #expect(Sample.decoded(encoded, codec, 8) == [0, -4, 0, 4, 1.2968396, 0, 0, -1.2968396])
    }

    @Test func takesTheLowerIndexAmongEqualMagnitudes() {
        let codec = TensorCodec(chunk: 5, keep: 2, values: .float32)
        let encoded = codec.encode(FloatView(copying: [1, 2, -2, 2, 1]))
        #expect(Sample.decoded(encoded, codec, 5) == [0, 2, -2, 0, 0])
    }

    @Test("nothing is sent of a chunk of zeros", arguments: ValueFormat.allCases)
    func zeros(values: ValueFormat) throws {
        let codec = TensorCodec(chunk: 16, keep: 4, values: values)
        let encoded = codec.encode(FloatView(copying: [Float](repeating: -0.0, count: 40)))
        #expect(encoded.bytes.count == (3 * values.markBits + 7) / 8)
        #expect(Sample.places(encoded, codec, 40) == [])
        try codec.check(encoded, count: 40, named: "t")
    }

    @Test("what is sent is what sorting by magnitude finds", arguments: ValueFormat.allCases, 1...6)
    func selection(values: ValueFormat, seed: UInt64) throws {
        for (chunk, keep, count) in [(256, 32, 700), (4096, 64, 9000), (64, 64, 100), (7, 3, 50)] {
            let codec = TensorCodec(chunk: chunk, keep: keep, values: values)
            var elements = Sample.values(count, seed: seed)
            // Equal magnitudes of either sign, and a few zeros.
            for index in 0..<count where index % 3 == 0 {
                elements[index] = index % 2 == 0 ? 1 : -1
            }
            for index in 0..<count where index % 5 == 0 { elements[index] = 0 }
            let encoded = codec.encode(FloatView(copying: elements))
            var expected: [Int] = []
            for start in stride(from: 0, to: count, by: chunk) {
                let range = start..<min(start + chunk, count)
                let order = range.sorted {
                    (abs(elements[$0]), $1) > (abs(elements[$1]), $0)
                }
                expected += order.prefix(codec.keptCount(range.count)).sorted()
            }
            #expect(Sample.places(encoded, codec, count) == expected)
            try codec.check(encoded, count: count, named: "t")
        }
    }

    @Test("a short chunk sends its share and at least one", arguments: ValueFormat.allCases)
    func shortChunks(values: ValueFormat) throws {
        let codec = TensorCodec(chunk: 64, keep: 4, values: values)
        for count in [1, 2, 63, 64, 65, 1000, 4096, 5000] {
            let encoded = codec.encode(FloatView(copying: Sample.values(count, seed: 1)))
            #expect(Sample.places(encoded, codec, count).count == codec.keptTotal(count))
            #expect(encoded.bytes.count <= codec.byteLimit(count))
            try codec.check(encoded, count: count, named: "t")
        }
    }

    @Test("what is sent and what is withheld add up", arguments: ValueFormat.allCases, 1...5)
    func residual(values: ValueFormat, seed: UInt64) {
        let codec = TensorCodec(chunk: 64, keep: 8, values: values)
        let elements = Sample.values(300, seed: seed)
        let encoded = codec.encode(FloatView(copying: elements))
        let withheld = FloatView(copying: elements)
        codec.accumulate(encoded, times: -1, into: withheld)
        let sent = Sample.decoded(encoded, codec, 300)
        #expect(withheld.array == zip(elements, sent).map { $0 - $1 })
    }

    @Test("what was decoded is encoded as the same bytes", arguments: ValueFormat.allCases, 1...5)
    func idempotence(values: ValueFormat, seed: UInt64) {
        let codec = TensorCodec(chunk: 128, keep: 16, values: values)
        let encoded = codec.encode(FloatView(copying: Sample.values(1000, seed: seed)))
        let decoded = FloatView(copying: Sample.decoded(encoded, codec, 1000))
        #expect(codec.encode(decoded) == encoded)
    }

    @Test("whatever is encoded is decoded", arguments: ValueFormat.allCases)
    func extremes(values: ValueFormat) throws {
        let extremes: [Float] = [
            .greatestFiniteMagnitude, -.infinity, .nan, .leastNonzeroMagnitude, -0x1p-140, 0,
            65_520,
            1,
            -0x1p-25, 1e30, 0x1p-126, -30, 6e-8, 0x1.8p-28, 1e-9, -2,
        ]
        for keep in [1, 3, 4] {
            for start in extremes.indices {
                let codec = TensorCodec(chunk: 4, keep: keep, values: values)
                let elements = (0..<16).map { extremes[(start + $0 * 5) % 16] }
                let encoded = codec.encode(FloatView(copying: elements))
                try codec.check(encoded, count: 16, named: "t")
                let decoded = Sample.decoded(encoded, codec, 16)
                #expect(decoded.allSatisfy { $0.isFinite })
            }
        }
    }

    @Test("gaps of any length are read back", arguments: [2_048, 1_024, 256], 0...70)
    func gaps(keep: Int, words: Int) throws {
        let codec = TensorCodec(chunk: 4_096, keep: keep, values: .sign)
        let gap = words * (4_096 - keep) / 70
        var elements = [Float](repeating: 0, count: 4_096)
        for place in gap..<gap + keep { elements[place] = place % 3 == 0 ? -1 : 1 }
        let encoded = codec.encode(FloatView(copying: elements))
        try codec.check(encoded, count: 4_096, named: "t")
        #expect(Sample.decoded(encoded, codec, 4_096) == elements)
        let onlyZeros = [1] + [UInt8](repeating: 0, count: encoded.bytes.count - 1)
        #expect(!Sample.isAccepted(EncodedTensor(bytes: onlyZeros[...]), codec, 4_096))
    }

    @Test("any prefix is refused, and anything longer", arguments: ValueFormat.allCases)
    func lengths(values: ValueFormat) {
        let codec = TensorCodec(chunk: 128, keep: 16, values: values)
        let encoded = codec.encode(FloatView(copying: Sample.values(500, seed: 3)))
        for length in 0..<encoded.bytes.count {
            let prefix = EncodedTensor(bytes: encoded.bytes.prefix(length))
            #expect(throws: MalformedInput.self) {
                try codec.check(prefix, count: 500, named: "t")
            }
        }
        #expect(throws: MalformedInput.self) {
            try codec.check(EncodedTensor(bytes: encoded.bytes + [0]), count: 500, named: "t")
        }
    }

    @Test("no two byte strings decode alike", arguments: ValueFormat.allCases)
    func canonical(values: ValueFormat) {
        let codec = TensorCodec(chunk: 32, keep: 4, values: values)
        let encoded = codec.encode(FloatView(copying: Sample.values(100, seed: 4)))
        let random = CounterRandom(seed: 9)
        var bytesOfContent: [[Sent]: ArraySlice<UInt8>] = [:]
        for trial in 0..<5000 as Range<UInt64> {
            var bytes = Array(encoded.bytes)
            let place = Int(random.integer(below: UInt64(bytes.count), at: 4 * trial))
            bytes[place] ^= UInt8(1 + random.integer(below: 255, at: 4 * trial + 2))
            let changed = EncodedTensor(bytes: bytes[...])
            guard Sample.isAccepted(changed, codec, 100) else { continue }
            var sent: [Sent] = []
            codec.forEachElement(of: changed, count: 100) {
                sent.append(Sent(place: $0, bits: $1.bitPattern))
            }
            let known = bytesOfContent.updateValue(changed.bytes, forKey: sent)
            #expect(known == nil || known == changed.bytes, "byte \(place)")
        }
        #expect(bytesOfContent.count > 50)
    }

    private struct Sent: Hashable {
        let place: Int
        let bits: UInt32
    }
}
