/// How the values of the elements sent are written; docs/formats/update.md, "Values".
package enum ValueFormat: String, CaseIterable, Sendable {
    /// IEEE 754 binary32, as they are.
    case float32
    /// IEEE 754 binary16, to nearest even, saturating.
    case float16
    /// Integers from −127 to 127 times the chunk's scale.
    case int8
    /// A sign and three bits of exponent (E3M0) under the chunk's largest exponent.
    case fp4
    /// A sign and one of the chunk's two magnitudes.
    case twoBit = "two-bit"
    /// A sign and the chunk's one magnitude.
    case sign
    /// A sign alone: ±1.
    case unitSign = "unit-sign"
}

extension ValueFormat {
    /// The number that names the format in a file.
    package var code: UInt8 {
        switch self {
        case .float32: 0
        case .float16: 1
        case .int8: 2
        case .fp4: 3
        case .twoBit: 4
        case .sign: 5
        case .unitSign: 6
        }
    }

    /// Bits of one value.
    package var bits: Int {
        switch self {
        case .float32: 32
        case .float16: 16
        case .int8: 8
        case .fp4: 4
        case .twoBit: 2
        case .sign, .unitSign: 1
        }
    }

    /// Bits that begin a chunk; all of them zero are a chunk of which nothing is sent.
    package var markBits: Int {
        switch self {
        case .float32, .float16, .unitSign: 1
        case .int8, .fp4, .twoBit, .sign: 8
        }
    }

    /// Bits that follow the mark of a chunk of which something is sent.
    package var secondBits: Int { self == .twoBit ? 8 : 0 }
}
