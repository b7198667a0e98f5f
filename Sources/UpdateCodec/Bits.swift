/// Bits being written, the first in the lowest bit of the first byte.
struct BitWriter {
    private var words: [UInt64] = []
    private var pending: UInt64 = 0
    private var filled = 0

    /// An empty string of bits that has memory for `bytes`.
    init(reserving bytes: Int) { words.reserveCapacity(bytes / 8 + 1) }

    /// Appends the low `bits` bits of `value`, whose others are zero; at most 32.
    mutating func append(_ value: UInt64, bits: Int) {
        pending |= value << UInt64(filled)
        filled += bits
        guard filled >= 64 else { return }
        words.append(pending)
        filled -= 64
        pending = value >> UInt64(bits - filled)
    }

    /// Appends `count` zeros.
    mutating func append(zeros count: Int) {
        var rest = count
        while rest > 32 {
            append(0, bits: 32)
            rest -= 32
        }
        append(0, bits: rest)
    }

    /// The bits as bytes, the last one filled with zeros.
    consuming func finish() -> [UInt8] {
        let count = words.count * 8 + (filled + 7) / 8
        if filled > 0 { words.append(pending) }
        return unsafe words.withUnsafeBytes { unsafe Array($0.prefix(count)) }
    }
}

/// Bits being read; beyond the last there are zeros.
@safe struct BitReader {
    private let bytes: UnsafeRawBufferPointer
    /// The bits read so far, or skipped beyond the end.
    private(set) var position: Int

    /// The bits of `bytes` from `position`.
    init(_ bytes: UnsafeRawBufferPointer, position: Int) {
        unsafe self.bytes = bytes
        self.position = position
    }

    /// Whether bits were read that are not there.
    var isExhausted: Bool { unsafe position > bytes.count * 8 }

    /// The next `count` bits, at most 32.
    @inline(__always)
    mutating func take(_ count: Int) -> UInt64 {
        let taken = peek() & (1 << UInt64(count) - 1)
        position += count
        return taken
    }

    /// Passes over `count` bits.
    mutating func skip(_ count: Int) { position += count }

    /// Takes numbers of `bits` bits, at most 32, as the bit patterns of all of `target`.
    mutating func take(_ bits: Int, into target: inout MutableSpan<Float>) {
        let (start, count) = (position, target.count)
        guard unsafe (start + bits * count) >> 3 + 8 <= bytes.count else {
            for place in 0..<count { target[place] = Float(bitPattern: UInt32(take(bits))) }
            return
        }
        position += bits * count
        let mask: UInt64 = 1 << UInt64(bits) - 1
        unsafe target.withUnsafeMutableBufferPointer { codes in
            for place in 0..<count {
                let bit = start &+ bits &* place
                let word = unsafe bytes.loadUnaligned(fromByteOffset: bit >> 3, as: UInt64.self)
                let code = UInt64(littleEndian: word) >> UInt64(bit & 7) & mask
                unsafe codes[place] = Float(bitPattern: UInt32(truncatingIfNeeded: code))
            }
        }
    }

    /// Whether the next `count` numbers of 32 bits, which are passed over, are binary32 values as
    /// encoders write them: all finite, no negative zero, and not all zero.
    mutating func takesFloats(_ count: Int) -> Bool {
        let (base, shift) = (position >> 3, UInt32(position & 7))
        var (place, faults, bits): (Int, SIMD8<UInt32>, SIMD8<UInt32>) = (0, .zero, .zero)
        let exponent = SIMD8<UInt32>(repeating: 0x7F80_0000)
        let sign = SIMD8<UInt32>(repeating: 1 << 31)
        while place + 8 <= count, unsafe base + 4 * place + 64 <= bytes.count {
            let low = unsafe bytes.loadUnaligned(
                fromByteOffset: base + 4 * place, as: SIMD8<UInt32>.self)
            let high = unsafe bytes.loadUnaligned(
                fromByteOffset: base + 4 * place + 4, as: SIMD8<UInt32>.self)
            // Two shifts, as one of 32 bits would be none.
            let codes =
                low &>> SIMD8(repeating: shift)
                | (high &<< SIMD8(repeating: 31 - shift)) &<< SIMD8(repeating: 1)
            let isFault = ((codes & exponent) .== exponent) .| (codes .== sign)
            faults |= SIMD8<UInt32>.zero.replacing(with: 1, where: isFault)
            bits |= codes
            place += 8
        }
        position += 32 * place
        var (rest, lastFaults): (UInt32, UInt32) = (0, 0)
        for _ in place..<count {
            let code = UInt32(take(32))
            lastFaults |= code & 0x7F80_0000 == 0x7F80_0000 || code == 1 << 31 ? 1 : 0
            rest |= code
        }
        let isClean = faults == .zero && lastFaults == 0
        return isClean && (bits != .zero || rest != 0)
    }

    /// The number of zeros before the next one, which stays; `limit` + 1 if there are more.
    mutating func zeros(atMost limit: Int) -> Int {
        var count = 0
        while count <= limit {
            let found = min(peek().trailingZeroBitCount, 56)
            count += found
            position += found
            if found < 56 { break }
        }
        return min(count, limit + 1)
    }

    /// The next Rice code of the given parameter, at most 32: a number whose high bits are at most
    /// `quotientLimit`, or a larger one if they are more.
    mutating func riceCode(parameter: Int, quotientLimit: Int) -> Int {
        let quotient = zeros(atMost: quotientLimit)
        return quotient << parameter | Int(take(parameter + 1) >> 1)
    }

    /// How many bits there are at least in ``peek()``.
    static let peeked = 56

    /// At least the next 56 bits, the first in the lowest.
    @inline(__always)
    func peek() -> UInt64 {
        let start = position >> 3
        if unsafe start + 8 <= bytes.count {
            let word = unsafe bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            return UInt64(littleEndian: word) >> UInt64(position & 7)
        }
        var word: UInt64 = 0
        for index in unsafe start..<max(start, min(start + 8, bytes.count)) {
            word |= unsafe UInt64(bytes[index]) << UInt64(8 * (index - start))
        }
        return word >> UInt64(position & 7)
    }
}
