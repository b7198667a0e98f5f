/// The tokens of pieces met before that are too long for `PieceCache`.
///
/// Bytes and tokens lie one piece after the other; a table says where. When the memory is full the
/// cache starts anew. A piece is found in one of the eight slots from its home on, or not at all,
/// so no input can make a lookup slow.
@safe final class LongPieceCache {
    /// The longest piece that is kept, in bytes; it has no more tokens than that.
    static let longestPiece = 1024

    /// Where a piece starts in `memory`, in words, and bits of its hash; all zero in an empty slot.
    private struct Slot: BitwiseCopyable {
        var place: UInt32 = 0
        var tag: UInt32 = 0
    }

    private static let fewestBits: UInt64 = 10
    private static let mostBits: UInt64 = 19
    private static let reach = 8
    /// How many words of eight bytes all pieces may take.
    private static let mostWords = 1 << 22

    private var table = unsafe LookupTable(repeating: Slot(), count: size(fewestBits))
    private var bits = fewestBits
    private var count = 0
    /// For each piece a word of counts, its bytes and its tokens, each filled up to a word.
    private var memory: [UInt64] = [0]

    private static func size(_ bits: UInt64) -> Int { 1 << Int(bits) + reach }

    deinit {
        unsafe table.deallocate()
    }

    /// The hash of a text: of a whole piece, or of a part that is merged by itself.
    func hash(_ text: UnsafeBufferPointer<UInt8>, isPart: Bool) -> UInt64 {
        let bytes = UnsafeRawBufferPointer(text)
        var hash = Self.header(text.count, isPart: isPart)
        func mix(_ word: UInt64) {
            let product = (hash ^ word ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
                by: 0xC2B2_AE3D_27D4_EB4F)
            hash = product.high ^ product.low
        }
        for offset in stride(from: 0, to: text.count - 7, by: 8) {
            unsafe mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        unsafe mix(Self.lastWord(bytes))
        return hash
    }

    /// Calls `body` with the tokens kept for a text; nil if there are none.
    func withTokens<Result>(
        of text: UnsafeBufferPointer<UInt8>, isPart: Bool, hash: UInt64,
        _ body: (UnsafeBufferPointer<UInt32>) -> Result
    ) -> Result? {
        let tag = UInt32(truncatingIfNeeded: hash)
        let home = unsafe table.entries + Int(truncatingIfNeeded: hash &>> (64 &- bits))
        return unsafe memory.withUnsafeBytes { memory in
            for place in 0..<Self.reach {
                let slot = unsafe home[place]
                if slot.place == 0 { break }
                guard slot.tag == tag else { continue }
                let start = Int(slot.place) * 8
                if let tokens = unsafe Self.tokens(at: memory, start, of: text, isPart: isPart) {
                    return unsafe body(tokens)
                }
            }
            return nil
        }
    }

    /// Keeps the tokens of a text that has none.
    func insert(
        _ text: UnsafeBufferPointer<UInt8>, isPart: Bool, hash: UInt64,
        _ tokens: UnsafeBufferPointer<UInt32>
    ) {
        if memory.count + 1 + (text.count + 7) / 8 + (tokens.count + 1) / 2 > Self.mostWords {
            clear()
        }
        count += 1
        if 2 * count > 1 << Int(bits), bits < Self.mostBits { grow() }
        place(
            Slot(place: UInt32(memory.count), tag: UInt32(truncatingIfNeeded: hash)), hash: hash)
        memory.append(Self.header(text.count, isPart: isPart) | UInt64(tokens.count))
        unsafe append(UnsafeRawBufferPointer(text))
        unsafe append(UnsafeRawBufferPointer(tokens))
    }

    /// The tokens at `start` if they are those of `text`.
    private static func tokens(
        at memory: UnsafeRawBufferPointer, _ start: Int, of text: UnsafeBufferPointer<UInt8>,
        isPart: Bool
    ) -> UnsafeBufferPointer<UInt32>? {
        let found = unsafe memory.load(fromByteOffset: start, as: UInt64.self)
        guard found &>> 32 == header(text.count, isPart: isPart) &>> 32 else { return nil }
        let bytes = UnsafeRawBufferPointer(text)
        for offset in stride(from: 0, to: text.count - 7, by: 8) {
            let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let kept = unsafe memory.load(fromByteOffset: start + 8 + offset, as: UInt64.self)
            guard word == kept else { return nil }
        }
        let whole = text.count & ~7
        let end = start + 8 + whole + (whole < text.count ? 8 : 0)
        if whole < text.count {
            let kept = unsafe memory.load(fromByteOffset: end - 8, as: UInt64.self)
            guard unsafe lastWord(bytes) == kept else { return nil }
        }
        let count = Int(truncatingIfNeeded: found & 0xFFFF_FFFF)
        return unsafe UnsafeBufferPointer(
            rebasing: memory.assumingMemoryBound(to: UInt32.self)[end / 4..<end / 4 + count])
    }

    private static func header(_ count: Int, isPart: Bool) -> UInt64 {
        UInt64(count) << 33 | (isPart ? 1 << 32 : 0)
    }

    /// The bytes after the last whole word, zero-filled.
    private static func lastWord(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        let count = bytes.count & 7
        guard count > 0 else { return 0 }
        guard bytes.count >= 8 else {
            var word: UInt64 = 0
            unsafe withUnsafeMutableBytes(of: &word) { unsafe $0.copyMemory(from: bytes) }
            return word
        }
        let word = unsafe bytes.loadUnaligned(
            fromByteOffset: bytes.count - 8, as: UInt64.self)
        return (UInt64(littleEndian: word) >> UInt64(64 - 8 * count)).littleEndian
    }

    private func append(_ bytes: UnsafeRawBufferPointer) {
        for offset in stride(from: 0, to: bytes.count - 7, by: 8) {
            unsafe memory.append(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        if bytes.count & 7 != 0 { unsafe memory.append(Self.lastWord(bytes)) }
    }

    /// Puts a slot in the first free place from its home on, or in that of another.
    private func place(_ slot: Slot, hash: UInt64) {
        let home = unsafe table.entries + Int(truncatingIfNeeded: hash &>> (64 &- bits))
        let free = (0..<Self.reach).first { unsafe home[$0].place == 0 }
        unsafe home[free ?? count % Self.reach] = slot
    }

    private func clear() {
        unsafe table.all.update(repeating: Slot())
        memory.removeAll(keepingCapacity: true)
        memory.append(0)
        count = 0
    }

    /// Makes room for twice as many pieces.
    private func grow() {
        let old = unsafe table
        bits += 1
        unsafe table = LookupTable(repeating: Slot(), count: Self.size(bits))
        for index in unsafe old.all.indices where unsafe old.all[index].place != 0 {
            let slot = unsafe old.all[index]
            place(slot, hash: hash(ofTextAt: Int(slot.place)))
        }
        unsafe old.deallocate()
    }

    private func hash(ofTextAt place: Int) -> UInt64 {
        let header = memory[place]
        return unsafe memory.withUnsafeBytes {
            let start = 8 * (place + 1)
            let text = unsafe $0.assumingMemoryBound(to: UInt8.self)[
                start..<start + Int(header >> 33)]
            return unsafe hash(
                UnsafeBufferPointer(rebasing: text), isPart: header >> 32 & 1 == 1)
        }
    }
}
