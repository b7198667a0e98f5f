/// 32 bytes, held in place: digests and keys, of which there are many.
package struct Bytes32: Hashable, Comparable, Sendable {
    /// The number of bytes.
    package static let count = 32

    /// The bytes in fours of eight, the first most significant, so that words compare as bytes do.
    private var words: SIMD4<UInt64>

    /// These bytes, or nil if their number is another.
    package init?(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// These bytes, or nil if their number is another.
    package init?(_ bytes: ArraySlice<UInt8>) {
        guard bytes.count == Self.count else { return nil }
        self = unsafe bytes.withUnsafeBytes { unsafe Bytes32(copying: $0) }
    }

    /// The bytes in memory, of which there must be 32.
    package init(copying memory: UnsafeRawBufferPointer) {
        precondition(memory.count == Self.count, "\(memory.count) bytes")
        words = .zero
        for place in 0..<4 {
            let word = unsafe memory.loadUnaligned(fromByteOffset: 8 * place, as: UInt64.self)
            words[place] = UInt64(bigEndian: word)
        }
    }

    /// The bytes of eight words of 32 bits, the least significant word first.
    init(words halves: SIMD8<UInt64>) {
        words = SIMD4(
            halves[7] << 32 | halves[6], halves[5] << 32 | halves[4], halves[3] << 32 | halves[2],
            halves[1] << 32 | halves[0])
    }

    /// The bytes that 64 lower-case hexadecimal digits spell, or nil if the text is anything else.
    package init?(hex: String) {
        guard hex.utf8.count == 2 * Self.count else { return nil }
        words = .zero
        var (place, word) = (0, UInt64(0))
        for digit in hex.utf8 {
            guard let value = Hex.value(digit) else { return nil }
            word = word << 4 | UInt64(value)
            place += 1
            if place & 15 == 0 { words[place >> 4 - 1] = word }
        }
    }

    /// The bytes as an array.
    package var array: [UInt8] { unsafe withBytes { unsafe [UInt8]($0) } }

    /// What `body` makes of the bytes in memory.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let memory = SIMD4(
            words[0].bigEndian, words[1].bigEndian, words[2].bigEndian, words[3].bigEndian)
        return unsafe withUnsafeBytes(of: memory) { unsafe body($0) }
    }

    /// Feeds half of the bytes, which are as good as random, to a hash table.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(words[0])
        hasher.combine(words[1])
    }

    /// Whether `left` comes before `right` in byte order.
    package static func < (left: Bytes32, right: Bytes32) -> Bool {
        for place in 0..<4 where left.words[place] != right.words[place] {
            return left.words[place] < right.words[place]
        }
        return false
    }
}
