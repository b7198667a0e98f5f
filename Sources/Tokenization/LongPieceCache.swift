/// The tokens of pieces met before that are too long for `PieceCache`.
///
/// Each place holds the last piece that came there, so no input can make a lookup slow.
@safe final class LongPieceCache {
    /// The longest piece that is kept, in bytes; it has no more tokens than that.
    static let longestPiece = 48

    /// The bytes of a piece, zero-filled, and how many there are.
    struct Key {
        private var low: SIMD4<UInt64> = .zero
        private var high: SIMD2<UInt64> = .zero
        private let count: UInt64

        /// The key of up to 48 bytes: of a whole piece, or of a part that is merged by itself.
        init(_ text: UnsafeBufferPointer<UInt8>, isPart: Bool) {
            count = UInt64(text.count) | (isPart ? 1 << 32 : 0)
            var words = (SIMD4<UInt64>.zero, SIMD2<UInt64>.zero)
            unsafe withUnsafeMutableBytes(of: &words) {
                unsafe $0.copyMemory(from: UnsafeRawBufferPointer(text))
            }
            (low, high) = words
        }

        /// A key that no piece has.
        fileprivate init() { count = 0 }

        /// Whether both are the same piece.
        fileprivate func equals(_ other: Key) -> Bool {
            low == other.low && high == other.high && count == other.count
        }

        fileprivate var isEmpty: Bool { count == 0 }

        /// A place among 2^`bits`.
        fileprivate func place(bits: UInt64) -> Int {
            // Products that do not wait for each other.
            let first =
                low &* [
                    0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F, 0x1656_67B1_9E37_79F9,
                    0xFF51_AFD7_ED55_8CCD,
                ]
            let second = high &* [0xC4CE_B9FE_1A85_EC53, 0x94D0_49BB_1331_11EB]
            var hash = first[0] ^ first[1] ^ (first[2] &+ first[3])
            hash = (hash ^ hash >> 29 ^ second[0] ^ second[1]) &+ count
            hash = (hash ^ hash >> 31) &* 0xBF58_476D_1CE4_E5B9
            hash = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
            return Int(truncatingIfNeeded: hash >> (64 - bits))
        }
    }

    private struct Entry {
        var key = Key()
        var count = 0
        var tokens = (SIMD32<UInt32>.zero, SIMD16<UInt32>.zero)
    }

    private static let fewestBits: UInt64 = 8
    private static let mostBits: UInt64 = 16
    private var entries: UnsafeMutablePointer<Entry>
    private var bits = fewestBits
    private var insertions = 0

    init() {
        unsafe entries = Self.allocate(bits: Self.fewestBits)
    }

    private static func allocate(bits: UInt64) -> UnsafeMutablePointer<Entry> {
        let entries = UnsafeMutablePointer<Entry>.allocate(capacity: 1 << Int(bits))
        unsafe entries.initialize(repeating: Entry(), count: 1 << Int(bits))
        return unsafe entries
    }

    deinit {
        unsafe entries.deallocate()
    }

    /// Appends the tokens kept under `key`; false if there are none.
    func append(_ key: Key, to tokens: inout [UInt32]) -> Bool {
        let entry = unsafe entries + key.place(bits: bits)
        guard unsafe entry.pointee.key.equals(key) else { return false }
        let count = unsafe entry.pointee.count
        unsafe withUnsafeBytes(of: &entry.pointee.tokens) {
            unsafe tokens.append(contentsOf: $0.bindMemory(to: UInt32.self).prefix(count))
        }
        return true
    }

    /// Keeps the tokens of a piece.
    func insert(_ key: Key, _ tokens: UnsafeBufferPointer<UInt32>) {
        insertions += 1
        if insertions > 1 << Int(bits), bits < Self.mostBits { grow() }
        let entry = unsafe entries + key.place(bits: bits)
        unsafe entry.pointee.key = key
        unsafe entry.pointee.count = tokens.count
        unsafe withUnsafeMutableBytes(of: &entry.pointee.tokens) {
            unsafe $0.copyMemory(from: UnsafeRawBufferPointer(tokens))
        }
    }

    /// Makes room for twice as many pieces.
    private func grow() {
        let old = unsafe UnsafeMutableBufferPointer(start: entries, count: 1 << Int(bits))
        bits += 1
        unsafe entries = Self.allocate(bits: bits)
        for index in old.indices where unsafe !old[index].key.isEmpty {
            unsafe entries[old[index].key.place(bits: bits)] = old[index]
        }
        unsafe old.deallocate()
    }
}
