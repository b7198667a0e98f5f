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
        count == 0 ? MerkleTree.root(ofLeafHashes: []) : try hash(0..<Int(count))
    }

    /// The hashes that lead from entry `index` to the root, from the leaf upwards.
    package mutating func inclusion(of index: UInt64) throws -> [Digest] {
        try hashes(MerkleTree.inclusionPath(of: Int(index), in: Int(size)))
    }

    /// The hashes which show that the log began with the tree of `old` entries.
    package mutating func consistency(from old: UInt64) throws -> [Digest] {
        try hashes(MerkleTree.consistencyPath(from: Int(old), in: Int(size)))
    }

    private mutating func hashes(_ parts: [Range<Int>]) throws -> [Digest] {
        var hashes: [Digest] = []
        for part in parts { hashes.append(try hash(part)) }
        return hashes
    }

    /// The hash over the entries of `part`, which begins where a subtree of its size can.
    private mutating func hash(_ part: Range<Int>) throws -> Digest {
        guard part.count.nonzeroBitCount > 1 else {
            return try hashOfWhole(subtree: part.count.trailingZeroBitCount, at: part.lowerBound)
        }
        let (left, right) = MerkleTree.halves(of: part)
        return MerkleTree.nodeHash(try hash(left), try hash(right))
    }

    /// The hash over the 2^height entries from `start` on.
    private mutating func hashOfWhole(subtree height: Int, at start: Int) throws -> Digest {
        let level = height / 8
        let first = start >> (8 * level)
        let hashes = try tile(level: level, index: UInt64(first / LogTile.width))
        let offset = first % LogTile.width
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
}
