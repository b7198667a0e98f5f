#if _endian(big)
    #error("numbers are kept in memory as they are in files, little-endian")
#endif

/// A number whose bits in memory are its bits in our files.
package protocol LittleEndianNumber: BitwiseCopyable, Sendable {}

extension Float: LittleEndianNumber {}
extension Double: LittleEndianNumber {}
extension Int8: LittleEndianNumber {}
extension UInt8: LittleEndianNumber {}
extension Int16: LittleEndianNumber {}
extension UInt16: LittleEndianNumber {}
extension Int32: LittleEndianNumber {}
extension UInt32: LittleEndianNumber {}
extension Int64: LittleEndianNumber {}
extension UInt64: LittleEndianNumber {}

/// Whole arrays of numbers to and from little-endian bytes, as one copy of memory.
package enum LittleEndian {
    /// The bytes of `numbers`, one after the other.
    package static func bytes<Number: LittleEndianNumber>(of numbers: [Number]) -> [UInt8] {
        unsafe numbers.withUnsafeBytes { source in unsafe [UInt8](source) }
    }

    /// The numbers that `bytes` hold; their count must be a multiple of the number's size.
    package static func numbers<Number: LittleEndianNumber>(
        from bytes: ArraySlice<UInt8>, as type: Number.Type = Number.self
    ) -> [Number] {
        let size = MemoryLayout<Number>.size
        precondition(bytes.count.isMultiple(of: size), "a whole number of elements")
        let count = bytes.count / size
        return unsafe [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
            unsafe bytes.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: source)
            }
            initialized = count
        }
    }

    /// The floats that `bytes` hold; their count must be a multiple of 4.
    package static func floats(from bytes: ArraySlice<UInt8>) -> [Float] {
        numbers(from: bytes, as: Float.self)
    }

    /// The 8 bytes of one integer.
    package static func bytes(of number: UInt64) -> [UInt8] {
        bytes(of: [number])
    }

    /// The integer in `bytes`, of which there are at most 8.
    package static func integer(from bytes: ArraySlice<UInt8>) -> UInt64 {
        precondition(bytes.count <= 8, "an integer has at most 8 bytes")
        return bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
