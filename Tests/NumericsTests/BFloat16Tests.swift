import Numerics
import Testing

@Suite("bfloat16") struct BFloat16Tests {
    /// Bit patterns of every sign, exponent and upper mantissa, with lower halves around the ties.
    static let samples: [Float] = stride(from: UInt32(0), to: 0xFFFF, by: 7).flatMap { upper in
        [0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF].map { Float(bitPattern: upper << 16 | $0) }
    }

    /// The neighbours of `x` in bfloat16, towards zero and away from it.
    static func neighbours(_ x: Float) -> (Float, Float) {
        let below = x.bitPattern & 0xFFFF_0000
        return (Float(bitPattern: below), Float(bitPattern: below + 0x1_0000))
    }

    @Test("the nearest number has at most half a step's distance, and is even on ties")
    func nearest() {
        for x in Self.samples where x.isFinite {
            let (below, above) = Self.neighbours(x)
            let rounded = BFloat16.nearest(x)
            let half = x.bitPattern & 0xFFFF
            if half < 0x8000 { #expect(rounded.bitPattern == below.bitPattern) }
            if half > 0x8000 { #expect(rounded.bitPattern == above.bitPattern) }
            if half == 0x8000 { #expect(rounded.bitPattern >> 16 & 1 == 0) }
            #expect([below.bitPattern, above.bitPattern].contains(rounded.bitPattern))
        }
    }

    @Test("infinities stay, NaN stays NaN")
    func special() {
        #expect(BFloat16.nearest(.infinity) == .infinity)
        #expect(BFloat16.nearest(-.infinity) == -.infinity)
        for bits: UInt32 in [0x7F80_0001, 0xFF80_0001, 0x7FFF_FFFF, 0xFFC0_0000] {
            #expect(BFloat16.nearest(Float(bitPattern: bits)).isNaN)
            #expect(BFloat16.stochastic(Float(bitPattern: bits), noise: 0xFFFF).isNaN)
        }
        #expect(BFloat16.stochastic(.infinity, noise: 0xFFFF) == .infinity)
    }

    @Test("storing loses nothing of what has been rounded")
    func storage() {
        let arithmetic = Arithmetic(threads: 2)
        let x = FloatView(copying: Self.samples)
        arithmetic.roundToBFloat16(x)
        let storage = BFloat16Storage(count: x.count)
        arithmetic.narrow(x, to: storage)
        let y = FloatView(count: x.count)
        arithmetic.widen(storage, to: y)
        #expect(x.array.map(\.bitPattern) == y.array.map(\.bitPattern))
        #expect(
            x.array.map(\.bitPattern)
                == Self.samples.map { BFloat16.nearest($0).bitPattern })
    }

    @Test("half-words of the stream decide which way a number goes, wherever a range begins")
    func stochastic() {
        let random = CounterRandom(seed: 5, stream: 3)
        let x = FloatView(copying: (0..<3_001).map { random.normal(at: UInt64($0)) })
        let storage = BFloat16Storage(count: x.count)
        for range in [0..<5, 5..<8, 8..<1_003, 1_003..<3_001] {
            storage.narrowStochastically(x[range], into: range, random, step: 77)
        }
        let rounded = WeightStorage.bfloat16(storage).view.array
        for (index, value) in x.array.enumerated() {
            let word = random.block(UInt64(index / 8), attempt: 77)[index % 8 / 2]
            let noise = index % 2 == 0 ? word & 0xFFFF : word >> 16
            let (below, above) = Self.neighbours(value)
            let expected = value.bitPattern & 0xFFFF + noise < 0x1_0000 ? below : above
            #expect(rounded[index] == expected)
        }
    }

    @Test("on average nothing is lost")
    func unbiased() {
        let value: Float = 1.003
        let x = FloatView(count: 100_000)
        x.fill(value)
        let storage = BFloat16Storage(count: x.count)
        storage.narrowStochastically(
            x, into: 0..<x.count, CounterRandom(seed: 9, stream: 3), step: 1)
        let rounded = WeightStorage.bfloat16(storage).view.array
        let mean = rounded.reduce(0.0) { $0 + Double($1) } / Double(x.count)
        #expect(abs(mean - Double(value)) < 1e-4)
        #expect(Set(rounded) == [1, 1.0078125])
    }

    @Test(
        "weights in bfloat16 give the products of the same numbers as floats",
        arguments: InstructionSet.available)
    func products(set: InstructionSet) {
        let random = CounterRandom(seed: 6)
        for (rows, depth, columns) in [(1, 1, 1), (5, 7, 3), (33, 70, 65), (20, 1_100, 97)] {
            let a = Matrix(rows: rows, columns: depth)
            for index in a.view.indices { a.view[index] = random.normal(at: UInt64(index)) }
            let floats = FloatView(
                copying: (0..<depth * columns).map {
                    BFloat16.nearest(random.normal(at: UInt64(1_000_000 + $0)))
                })
            let storage = BFloat16Storage(count: floats.count)
            storage.narrow(floats, into: 0..<floats.count)
            let weights = WeightStorage.bfloat16(storage).view
            let arithmetic = Arithmetic(threads: 2, instructionSet: set)
            for transposed in [false, true] {
                let (lines, length) = transposed ? (columns, depth) : (depth, columns)
                let wide = Matrix(floats, rows: lines, columns: length)
                let narrow = WeightMatrix(weights, rows: lines, columns: length)
                let (c, expected) = (
                    Matrix(rows: rows, columns: columns), Matrix(rows: rows, columns: columns)
                )
                arithmetic.product(a, transposed ? narrow.transpose : narrow, into: c)
                arithmetic.product(a, transposed ? wide.transpose : wide, into: expected)
                #expect(c.view.array == expected.view.array)
            }
        }
    }

    @Test("a number that is none of the format is not taken for one")
    func strictness() {
        let weights = WeightStorage.bfloat16(BFloat16Storage(count: 2)).view
        weights.set(to: FloatView(copying: [1, -2.5]))
        #expect(weights.array == [1, -2.5])
        #expect(weights.canHold([1, -2.5]))
        #expect(!weights.canHold([1, 1.001]))
    }
}
