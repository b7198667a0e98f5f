import Encodings

/// How a GGUF file keeps the matrices of a model; vectors are always binary32.
package enum GGUFFormat: String, Sendable, CaseIterable {
    /// IEEE 754 binary32: the numbers as they are.
    case float32
    /// IEEE 754 binary16.
    case float16
    /// The upper half of binary32.
    case bfloat16
    /// Blocks of 32 integers of 8 bits and their scale.
    case q8 = "q8_0"

    /// What `general.file_type` calls a file whose matrices are in this format.
    var fileType: Int {
        switch self {
        case .float32: 0
        case .float16: 1
        case .q8: 7
        case .bfloat16: 32
        }
    }

    /// The number of the type in the description of a tensor.
    var tensorType: UInt32 {
        switch self {
        case .float32: 0
        case .float16: 1
        case .q8: 8
        case .bfloat16: 30
        }
    }

    /// The format for a tensor with rows of `width` numbers: rows that do not divide into blocks
    /// are binary16 instead.
    func adapted(toRank rank: Int, width: Int) -> GGUFFormat {
        guard rank > 1 else { return .float32 }
        return self == .q8 && !width.isMultiple(of: Quantization.blockSize) ? .float16 : self
    }

    /// The bytes of `count` numbers, a multiple of the block's size if there are blocks.
    func byteCount(_ count: Int) -> Int {
        switch self {
        case .float32: 4 * count
        case .float16, .bfloat16: 2 * count
        case .q8: count / Quantization.blockSize * Quantization.blockByteCount
        }
    }

    /// The numbers in this format; throws the first that it cannot hold.
    func encoded(_ floats: [Float]) throws(FloatFormat.OutOfRange) -> [UInt8] {
        switch self {
        case .float32: try FloatFormat.float32.narrowed(floats)
        case .float16: try FloatFormat.float16.narrowed(floats)
        case .bfloat16: try FloatFormat.bfloat16.narrowed(floats)
        case .q8: try Quantization.quantized(floats)
        }
    }
}

/// ggml's Q8_0: blocks of 32 numbers as a scale in binary16 and 32 signed bytes.
enum Quantization {
    /// Numbers in a block.
    static let blockSize = 32

    /// Bytes of a block.
    static let blockByteCount = 2 + blockSize

    /// The blocks of finite numbers, a whole number of blocks.
    ///
    /// With d the largest magnitude divided by 127, a number x is the integer nearest to x·(1 / d),
    /// of two equally near the one away from zero. The file states d rounded to binary16.
    static func quantized(_ floats: [Float]) throws(FloatFormat.OutOfRange) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(floats.count / blockSize * blockByteCount)
        for start in stride(from: 0, to: floats.count, by: blockSize) {
            let block = floats[start..<start + blockSize]
            let largest = block.reduce(0) { max($0, abs($1)) }
            let scale = largest / 127
            guard Float16(scale).isFinite else { throw FloatFormat.OutOfRange(value: largest) }
            // A scale whose inverse is infinite is 0 in binary16, whatever the integers are.
            let inverse = (1 / scale).isFinite ? 1 / scale : 0
            let bits = Float16(scale).bitPattern
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
            for value in block {
                let integer = (value * inverse).rounded(.toNearestOrAwayFromZero)
                bytes.append(UInt8(bitPattern: Int8(integer)))
            }
        }
        return bytes
    }
}
