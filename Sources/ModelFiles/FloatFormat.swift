package import Artifacts
import Encodings
import Numerics

/// How a file keeps the numbers of a model, apart from quantisation.
package enum FloatFormat: String, Sendable, CaseIterable {
    /// IEEE 754 binary32: the numbers as they are.
    case float32
    /// The upper half of binary32.
    case bfloat16
    /// IEEE 754 binary16.
    case float16

    /// The format of tensors of this type, if they are floats of 16 or 32 bits.
    package init?(_ type: SafetensorsType) {
        guard let format = Self.allCases.first(where: { $0.safetensorsType == type }) else {
            return nil
        }
        self = format
    }

    /// The type of tensors in this format.
    package var safetensorsType: SafetensorsType {
        switch self {
        case .float32: .f32
        case .bfloat16: .bf16
        case .float16: .f16
        }
    }

    /// The bytes of one number.
    package var size: Int { safetensorsType.size }

    /// The floats equal to the numbers in `bytes`.
    func widened(_ bytes: [UInt8]) -> [Float] {
        switch self {
        case .float32: LittleEndian.floats(from: bytes[...])
        case .bfloat16:
            LittleEndian.numbers(from: bytes[...], as: UInt16.self)
                .map { Float(bitPattern: UInt32($0) << 16) }
        case .float16:
            LittleEndian.numbers(from: bytes[...], as: UInt16.self)
                .map { Float(Float16(bitPattern: $0)) }
        }
    }

    /// The numbers nearest to finite floats, of two equally near the even one, as bytes.
    ///
    /// Throws the first float whose nearest number is infinite.
    func narrowed(_ floats: [Float]) throws(OutOfRange) -> [UInt8] {
        guard self != .float32 else { return LittleEndian.bytes(of: floats) }
        let halves: [UInt16]
        let infinity: UInt16
        switch self {
        case .bfloat16:
            halves = floats.map { UInt16(BFloat16.nearest($0).bitPattern >> 16) }
            infinity = 0x7F80
        default:
            halves = floats.map { Float16($0).bitPattern }
            infinity = 0x7C00
        }
        if let index = halves.firstIndex(where: { $0 & 0x7FFF >= infinity }) {
            throw OutOfRange(value: floats[index])
        }
        return LittleEndian.bytes(of: halves)
    }

    /// A number that a format cannot hold.
    struct OutOfRange: Error {
        let value: Float

        /// The error that `tensor` cannot be written in `format`.
        func failure(of tensor: String, in format: String) -> MalformedInput {
            MalformedInput("tensor '\(tensor)': \(value) is too large for \(format)")
        }
    }
}
