/// This machine does not compute as `docs/arithmetic.md` says; nothing follows about anyone's work.
package struct ArithmeticUnavailable: Error, Equatable, CustomStringConvertible {
    /// What was found.
    package let reason: String
    /// For the reason given.
    package init(reason: String) { self.reason = reason }

    /// "cannot compute here: …".
    package var description: String { "cannot compute here: \(reason)" }
}

/// A check at start-up, a few milliseconds: the environment, and known answers of every kernel.
package enum ArithmeticSelfTest {
    /// Checks the calling thread's environment and the kernels of `arithmetic`.
    package static func run(_ arithmetic: Arithmetic) throws(ArithmeticUnavailable) {
        if let fault = FloatEnvironment.current.fault { throw ArithmeticUnavailable(reason: fault) }
        for (name, expected) in knownAnswers {
            let found = fingerprint(of: name, arithmetic)
            guard found == expected else {
                throw ArithmeticUnavailable(
                    reason: "\(name) under \(arithmetic.instructionSet.rawValue) gives "
                        + "\(String(found, radix: 16)), not \(String(expected, radix: 16))")
            }
        }
    }

    /// The names of the known answers and their fingerprints; also in `Tests/Vectors`.
    package static let knownAnswers: [(name: String, fingerprint: UInt64)] = [
        ("product", 0x3611_F0C6_A29B_3634),
        ("product-transposed", 0xE9F8_189F_C7F2_19A0),
        ("exponential", 0xD8DE_5871_F4AD_83BD),
        ("logarithm", 0x71C5_87E9_6A40_BEA4),
        ("sigmoid", 0xD3C9_EA6C_6D9C_3335),
        ("silu", 0xD928_D337_0B76_D41D),
        ("reciprocal-square-root", 0xB489_757B_646D_A142),
        ("add-scaled", 0x2EBB_D415_5ACB_7678),
        ("reductions", 0xD21F_8C86_9E95_7429),
        ("random", 0xD347_0A21_EE6D_9E17),
    ]

    /// The fingerprint of one answer as computed here.
    package static func fingerprint(of name: String, _ arithmetic: Arithmetic) -> UInt64 {
        switch name {
        case "product": product(arithmetic, transposed: false)
        case "product-transposed": product(arithmetic, transposed: true)
        case "exponential": map(arithmetic.exponential)
        case "logarithm": map(arithmetic.logarithm)
        case "sigmoid": map(arithmetic.sigmoid)
        case "silu": map(arithmetic.siLU)
        case "reciprocal-square-root": map(arithmetic.reciprocalSquareRoot)
        case "add-scaled": map { x, y in arithmetic.addScaled(x, by: 1.1, to: y) }
        case "reductions": reductions(arithmetic)
        case "random": random()
        default: 0
        }
    }

    /// [19, 70]·[70, 37], accumulated onto a third input; the operands may be transposes.
    private static func product(_ arithmetic: Arithmetic, transposed: Bool) -> UInt64 {
        let (m, n, k) = (19, 37, 70)
        let left = samples(m * k, stream: 1)
        let right = samples(k * n, stream: 2)
        let a =
            transposed
            ? Matrix(left, rows: k, columns: m).transpose : Matrix(left, rows: m, columns: k)
        let b =
            transposed
            ? Matrix(right, rows: n, columns: k).transpose : Matrix(right, rows: k, columns: n)
        let c = Matrix(samples(m * n, stream: 3), rows: m, columns: n)
        arithmetic.product(a, b, into: c, accumulate: true)
        return Fingerprint.of(c.view.array)
    }

    private static func map(_ function: (FloatView, FloatView) -> Void) -> UInt64 {
        let x = samples(1_000, stream: 1)
        let y = samples(1_000, stream: 2)
        function(x, y)
        return Fingerprint.of(y.array)
    }

    private static func reductions(_ arithmetic: Arithmetic) -> UInt64 {
        let x = samples(777, stream: 1)
        let y = samples(777, stream: 2)
        return Fingerprint.of([
            arithmetic.sum(x), arithmetic.sumOfSquares(x), arithmetic.maximum(x),
            arithmetic.dot(x, y), arithmetic.norm(x),
        ])
    }

    private static func random() -> UInt64 {
        let random = CounterRandom(seed: 7, stream: 8)
        return Fingerprint.of((0..<100).map { random.normal(at: $0) })
    }

    /// Inputs of moderate size with zeros of both signs and subnormals among them.
    static func samples(_ count: Int, stream: UInt32) -> FloatView {
        let random = CounterRandom(seed: 2_026, stream: stream)
        let view = FloatView(count: count)
        for index in view.indices {
            let word = random.word(at: UInt64(index))
            let sign = word & 0x8000_0000
            let bits =
                switch word & 31 {
                case 0: sign
                case 1: sign | word >> 10 & 0x003F_FFFF
                default: sign | (112 + (word >> 5 & 15) * 5 / 4) << 23 | word >> 8 & 0x007F_FFFF
                }
            view[index] = Float(bitPattern: bits)
        }
        return view
    }
}

/// FNV-1a over the bits of floats, 64 bits; every NaN counts as 0x7FC00000.
package enum Fingerprint {
    /// The fingerprint of `floats`, each as four bytes, the lowest first.
    package static func of(_ floats: [Float]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for float in floats {
            let bits = float.isNaN ? 0x7FC0_0000 : float.bitPattern
            for shift in [0, 8, 16, 24] as [UInt32] {
                hash = (hash ^ UInt64(bits >> shift & 0xFF)) &* 0x0000_0100_0000_01B3
            }
        }
        return hash
    }
}
