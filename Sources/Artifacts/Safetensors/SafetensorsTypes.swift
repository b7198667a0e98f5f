package import Encodings

/// The type of a tensor's elements; the raw value is its name in the file.
package enum SafetensorsType: String, Sendable, CaseIterable {
    // From the highest rank to the lowest, the order in which the reference writer sorts.
    case u64 = "U64"
    case i64 = "I64"
    case f64 = "F64"
    case f32 = "F32"
    case u32 = "U32"
    case i32 = "I32"
    case bf16 = "BF16"
    case f16 = "F16"
    case u16 = "U16"
    case i16 = "I16"
    case i8 = "I8"
    case u8 = "U8"
    case bool = "BOOL"

    /// The number of bytes in one element.
    package var size: Int {
        switch self {
        case .u64, .i64, .f64: 8
        case .f32, .u32, .i32: 4
        case .bf16, .f16, .u16, .i16: 2
        case .i8, .u8, .bool: 1
        }
    }

    /// The place of this type in the order of the reference writer, first types first.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A number type that tensors can hold.
package protocol SafetensorsElement: LittleEndianNumber {
    /// The type's name in the file.
    static var dtype: SafetensorsType { get }
}

extension UInt64: SafetensorsElement {
    /// `U64`.
    package static var dtype: SafetensorsType { .u64 }
}

extension Int64: SafetensorsElement {
    /// `I64`.
    package static var dtype: SafetensorsType { .i64 }
}

extension Double: SafetensorsElement {
    /// `F64`.
    package static var dtype: SafetensorsType { .f64 }
}

extension Float: SafetensorsElement {
    /// `F32`.
    package static var dtype: SafetensorsType { .f32 }
}

extension UInt32: SafetensorsElement {
    /// `U32`.
    package static var dtype: SafetensorsType { .u32 }
}

extension Int32: SafetensorsElement {
    /// `I32`.
    package static var dtype: SafetensorsType { .i32 }
}

extension UInt16: SafetensorsElement {
    /// `U16`.
    package static var dtype: SafetensorsType { .u16 }
}

extension Int16: SafetensorsElement {
    /// `I16`.
    package static var dtype: SafetensorsType { .i16 }
}

extension Int8: SafetensorsElement {
    /// `I8`.
    package static var dtype: SafetensorsType { .i8 }
}

extension UInt8: SafetensorsElement {
    /// `U8`.
    package static var dtype: SafetensorsType { .u8 }
}

/// One tensor of a file: what it is and where its bytes lie.
package struct SafetensorsTensor: Sendable, Equatable {
    /// The name.
    package let name: String
    /// The type of the elements.
    package let dtype: SafetensorsType
    /// The sizes of the dimensions, slowest first; none for a single number.
    package let shape: [Int]
    /// Where the elements lie in the bytes of the whole file.
    package let range: Range<Int>
}
