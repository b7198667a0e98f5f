internal import CProcessor

/// Pieces found ahead of their use, so that what is known of them is on its way to the processor.
///
/// Looking tokens up is waiting for memory. So some hundred pieces are found first, then their
/// places in the table are computed and asked for, and then the tokens are looked up.
@safe final class PieceBatch {
    /// The most pieces there can be.
    static let capacity = 128

    /// The end of each piece in the text.
    private let ends: UnsafeMutablePointer<UInt32>
    private let keys: UnsafeMutablePointer<PieceCache.Key>
    private let homes: UnsafeMutablePointer<UInt32>
    private(set) var count = 0
    private var start = 0

    init() {
        // A block is written eight ends at a time.
        unsafe ends = .allocate(capacity: Self.capacity + 8)
        unsafe keys = .allocate(capacity: Self.capacity)
        unsafe homes = .allocate(capacity: Self.capacity)
    }

    deinit {
        unsafe ends.deallocate()
        unsafe keys.deallocate()
        unsafe homes.deallocate()
    }

    /// Finds the pieces from `position` on and says where the last of them ends.
    ///
    /// None are found near the end of the text, where sixteen bytes cannot be read from a piece.
    @inline(__always)
    func fill(
        _ text: UnsafeBufferPointer<UInt8>, from position: Int, by scanner: PieceScanner,
        preparing cache: PieceCache
    ) -> Int {
        start = position
        let end = unsafe find(text, from: position, by: scanner)
        if let base = text.baseAddress { unsafe prepare(base, cache.homes) }
        return end
    }

    @inline(__always)
    private func find(
        _ text: UnsafeBufferPointer<UInt8>, from position: Int, by scanner: PieceScanner
    ) -> Int {
        var position = position
        var number = 0
        while number <= Self.capacity - CharacterBlock.size,
            position + PieceScanner.readableMargin <= text.count
        {
            var found = unsafe scanner.ends(in: text, from: position)
            if found != 0 {
                let last = CharacterBlock.size - 1 - found.leadingZeroBitCount
                let next = number + found.nonzeroBitCount
                while found != 0 {
                    for place in 0..<8 {
                        unsafe ends[number &+ place] = UInt32(
                            truncatingIfNeeded: position &+ found.trailingZeroBitCount)
                        found &= found &- 1
                    }
                    number &+= 8
                }
                number = next
                position += last
            } else {
                position = unsafe scanner.endOfPiece(in: text.span, from: position)
                unsafe ends[number] = UInt32(truncatingIfNeeded: position)
                number += 1
            }
        }
        count = number
        return position
    }

    /// Computes the keys of all pieces and asks for their places in the table.
    @inline(__always)
    private func prepare(_ text: UnsafePointer<UInt8>, _ table: PieceCache.Homes) {
        let (ends, keys, homes) = unsafe (ends, keys, homes)
        unsafe PieceCache.Mask.all.withUnsafeBufferPointer { masks in
            var from = start
            for number in 0..<count {
                let end = unsafe Int(ends[number])
                let mask = unsafe masks[min(end &- from, PieceCache.longestPiece + 1)]
                let key = unsafe PieceCache.Key(at: text + from, mask)
                let home = unsafe table.home(key.hash)
                unsafe processor_prefetch(table.entry(home))
                unsafe keys[number] = key
                unsafe homes[number] = home
                from = end
            }
        }
    }

    /// Calls `body` with the key of each piece in turn, its home in the table and its number.
    ///
    /// A table that grows meanwhile does not find pieces it has, but none it has not.
    @inline(__always)
    func forEachKey(_ body: (_ key: PieceCache.Key, _ home: UInt32, _ number: Int) -> Void) {
        let (keys, homes) = unsafe (keys, homes)
        for number in 0..<count { unsafe body(keys[number], homes[number], number) }
    }

    /// Where a piece lies in the text.
    func range(_ number: Int) -> Range<Int> {
        let first = number == 0 ? start : unsafe Int(ends[number - 1])
        return unsafe first..<Int(ends[number])
    }
}
