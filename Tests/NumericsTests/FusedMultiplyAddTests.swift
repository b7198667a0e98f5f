import Glibc
import Numerics
import Testing

/// a · b + c rounded once, also where the processor has no instruction for it.
@Suite struct FusedMultiplyAddTests {
    /// Zeros, subnormals, powers of two and their neighbours, the greatest floats, infinities.
    static let special: [Float] = {
        let positive: [Float] = [
            0, 0x1p-149, 0x1p-148, 0x1.fffff8p-127, 0x1p-126, 0x1.000002p-126, 0x1p-75, 0x1p-64,
            0x1.000002p-24, 0x1p-24, 0x1.fffffep-1, 1, 0x1.000002p0, 0x1.8p0, 3, 0x1p23,
            0x1.fffffep23, 0x1p24, 0x1p63, 0x1.fffffep126, 0x1p127, 0x1.fffffep127, .infinity,
        ]
        return positive + positive.map { -$0 } + [.nan]
    }()

    @Test func scalarFormAgreesOnSpecialValues() {
        for a in Self.special {
            for b in Self.special {
                for c in Self.special {
                    let found = ElementaryFunctions.fused(a, b, c)
                    if !sameBits(found, fma(a, b, c)) { Issue.record("fma(\(a), \(b), \(c))") }
                }
            }
        }
    }

    @Test func scalarFormAgreesOnRandomValues() {
        var failures = 0
        for triple in Triples(count: 2_000_000, seed: 1) {
            let found = ElementaryFunctions.fused(triple.a, triple.b, triple.c)
            if !sameBits(found, fma(triple.a, triple.b, triple.c)) { failures += 1 }
        }
        #expect(failures == 0)
    }

    /// A product over one step of k is one fused multiply-add for each element.
    @Test(arguments: InstructionSet.available)
    func kernelsAgree(instructionSet: InstructionSet) {
        let arithmetic = Arithmetic(threads: 1, instructionSet: instructionSet)
        var a = Samples.wide(count: 1_000, seed: 2) + Self.special
        let b = Samples.wide(count: 1_000, seed: 3) + Self.special
        a.reverse()
        let size = a.count
        var c = Samples.wide(count: size * size, seed: 4)
        // Every third sum cancels its product, nearly or but for the rounding.
        for index in stride(from: 0, to: c.count, by: 3) {
            let product = -a[index / size] * b[index % size]
            c[index] = product + product * Float(index % 5 - 2) * 0x1p-23
        }
        let sums = FloatView(copying: c)
        arithmetic.product(
            Matrix(FloatView(copying: a), rows: size, columns: 1),
            Matrix(FloatView(copying: b), rows: 1, columns: size),
            into: Matrix(sums, rows: size, columns: size), accumulate: true)
        let found = sums.array
        var failures = 0
        for index in found.indices
        where !sameBits(found[index], fma(a[index / size], b[index % size], c[index])) {
            failures += 1
        }
        #expect(failures == 0)
    }
}

/// Random operands: any bits; a third of them with a sum that nearly cancels the product.
struct Triples: Sequence, IteratorProtocol {
    let count: Int
    let random: CounterRandom
    var index = 0

    init(count: Int, seed: UInt64) {
        self.count = count
        random = CounterRandom(seed: seed)
    }

    mutating func next() -> (a: Float, b: Float, c: Float)? {
        guard index < count else { return nil }
        let words = random.block(UInt64(index))
        index += 1
        let a = Float(bitPattern: words[0])
        let b = Float(bitPattern: words[1])
        let product = a * b
        switch index % 3 {
        case 0: return (a, b, Float(bitPattern: words[2]))
        case 1: return (a, b, -product + product * Float(Int32(words[2] % 9) - 4) * 0x1p-23)
        default:
            // The sum's exponent within 30 of the product's.
            let near = Int32(product.bitPattern >> 23 & 0xFF) + Int32(words[2] % 61) - 30
            let exponent = UInt32(Swift.max(0, Swift.min(254, near)))
            return (a, b, Float(bitPattern: words[3] & 0x807F_FFFF | exponent << 23))
        }
    }
}
