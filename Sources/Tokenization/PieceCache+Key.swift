extension PieceCache {
    /// The longest piece that has a key, in bytes.
    static let longestPiece = 15

    /// A piece in two words: its bytes, zero-filled, and its length in the lower half of the last.
    struct Key {
        let low: UInt64
        let high: UInt64

        /// The key with these words.
        @inline(__always)
        init(low: UInt64, high: UInt64) {
            self.low = low
            self.high = high
        }

        /// The key of up to 15 bytes, or above that one that no piece has; 16 must be readable.
        @inline(__always)
        init(at text: UnsafeRawPointer, count: Int) {
            unsafe self.init(at: text, Mask.all[min(count, PieceCache.longestPiece + 1)])
        }

        /// The key of as many bytes as `mask` is for; 16 must be readable.
        @inline(__always)
        init(at text: UnsafeRawPointer, _ mask: Mask) {
            let low = unsafe text.loadUnaligned(as: UInt64.self)
            let high = unsafe text.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            self.low = UInt64(littleEndian: low) & mask.low
            self.high = UInt64(littleEndian: high) & mask.high | mask.length
        }

        /// The key of a piece, or nil if it is too long.
        init?(_ piece: UnsafeBufferPointer<UInt8>) {
            guard piece.count <= PieceCache.longestPiece else { return nil }
            var bytes = SIMD16<UInt8>.zero
            self = unsafe withUnsafeMutableBytes(of: &bytes) {
                unsafe $0.copyMemory(from: UnsafeRawBufferPointer(piece))
                return unsafe Key(
                    at: UnsafeRawPointer($0.baseAddress.unsafelyUnwrapped), count: piece.count)
            }
        }

        /// A key that no piece has.
        static var none: Key { Key(low: 0, high: 0) }

        /// Whether a piece can have this key.
        var isPiece: Bool { high != 0 }

        /// A number whose highest bits tell pieces apart.
        @inline(__always)
        var hash: UInt32 {
            let product = (low ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
                by: high ^ 0xC2B2_AE3D_27D4_EB4F)
            return UInt32(truncatingIfNeeded: (product.high ^ product.low) &>> 32)
        }
    }

    /// What of sixteen bytes belongs to a piece of some length, which is in the last byte.
    struct Mask {
        fileprivate let low: UInt64
        fileprivate let high: UInt64
        fileprivate let length: UInt64

        /// The masks of the lengths from zero to `longestPiece`, and of all above.
        static let all: [Mask] = (0...longestPiece + 1).map { count in
            guard count <= longestPiece else { return Mask(low: 0, high: 0, length: 0) }
            return Mask(
                low: count < 8 ? 1 << UInt64(8 * count) - 1 : .max,
                high: count > 8 ? 1 << UInt64(8 * count - 64) - 1 : 0,
                length: UInt64(count) << 56)
        }
    }
}
