package import Storage

/// Proofs about a log of fixed size, from the few tiles of hashes that they need.
package struct TileProofs {
    /// How many entries the log has.
    package let size: UInt64
    private let read: (LogTile) throws -> [Digest]
    private var tiles: [LogTile: [Digest]] = [:]

    /// Proofs about the first `size` entries; `read` gives the hashes of a tile, as many as it has.
    package init(size: UInt64, read: @escaping (LogTile) throws -> [Digest]) {
        self.size = size
        self.read = read
    }

    /// The tree head of the first `count` entries.
    mutating func root(of count: UInt64) throws -> Digest {
        count == 0 ? MerkleTree.root(ofLeafHashes: []) : try hash(0..<count)
    }

    /// The hashes that lead from entry `index` to the root, from the leaf upwards (RFC 6962 section
    /// 2.1.1).
    package mutating func inclusion(of index: UInt64) throws -> [Digest] {
        precondition(index < size, "the entry is in the log")
        var (part, siblings): (Range<UInt64>, [Digest]) = (0..<size, [])
        while part.count > 1 {
            let middle = Self.middle(of: part)
            if index < middle {
                siblings.append(try hash(middle..<part.upperBound))
                part = part.lowerBound..<middle
            } else {
                siblings.append(try hash(part.lowerBound..<middle))
                part = middle..<part.upperBound
            }
        }
        return siblings.reversed()
    }

    /// The hashes which show that the log began with the tree of `old` entries (RFC 6962 section
    /// 2.1.2).
    package mutating func consistency(from old: UInt64) throws -> [Digest] {
        precondition(old <= size, "the old log is part of the new one")
        guard old > 0, old < size else { return [] }
        var (part, isWhole): (Range<UInt64>, Bool) = (0..<size, true)
        var hashes: [Digest] = []
        while old < part.upperBound {
            let middle = Self.middle(of: part)
            if old <= middle {
                hashes.append(try hash(middle..<part.upperBound))
                part = part.lowerBound..<middle
            } else {
                hashes.append(try hash(part.lowerBound..<middle))
                part = middle..<part.upperBound
                isWhole = false
            }
        }
        if !isWhole { hashes.append(try hash(part)) }
        return hashes.reversed()
    }

    /// The hash over the entries of `part`, which begins where a subtree of its size can.
    private mutating func hash(_ part: Range<UInt64>) throws -> Digest {
        let count = UInt64(part.count)
        guard count.nonzeroBitCount > 1 else {
            return try hashOfWhole(subtree: count.trailingZeroBitCount, at: part.lowerBound)
        }
        let middle = Self.middle(of: part)
        return MerkleTree.nodeHash(
            try hash(part.lowerBound..<middle), try hash(middle..<part.upperBound))
    }

    /// The hash over the 2^height entries from `start` on.
    private mutating func hashOfWhole(subtree height: Int, at start: UInt64) throws -> Digest {
        let level = height / 8
        let first = start >> UInt64(8 * level)
        let hashes = try tile(level: level, index: first / 256)
        let offset = Int(first % 256)
        return MerkleTree.root(
            ofLeafHashes: Array(hashes[offset..<offset + 1 << (height % 8)]))
    }

    private mutating func tile(level: Int, index: UInt64) throws -> [Digest] {
        let width = size >> UInt64(8 * level)
        let count = Int(min(256, width - index * 256))
        let tile = LogTile(.hashes(level: level), index: index, count: count)
        if let hashes = tiles[tile] { return hashes }
        let hashes = try read(tile)
        tiles[tile] = hashes
        return hashes
    }

    /// Where the tree over `part` splits: at the largest power of two below its size.
    private static func middle(of part: Range<UInt64>) -> UInt64 {
        let last = UInt64(part.count) - 1
        return part.lowerBound + 1 << UInt64(63 - last.leadingZeroBitCount)
    }
}
