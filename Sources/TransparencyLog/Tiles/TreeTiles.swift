package import Storage

/// The hash tree of a log that grows: its right edge, by levels of 256.
package struct TreeTiles: Sendable {
    /// How many leaves there are.
    package private(set) var size: UInt64 = 0

    /// Of each level the hashes right of its last full tile.
    private var edges: [[Digest]] = []

    /// A tree without leaves.
    package init() {}

    /// Adds a leaf.
    package mutating func append(_ leafHash: Digest) { append(leafHash) { _, _ in } }

    /// Adds a leaf, and hands every tile of hashes that it fills to `full`.
    package mutating func append(_ leafHash: Digest, full: (LogTile, [Digest]) -> Void) {
        size += 1
        var (hash, level, width) = (leafHash, 0, size)
        while true {
            if edges.count == level { edges.append([]) }
            edges[level].append(hash)
            guard edges[level].count == LogTile.width else { return }
            hash = MerkleTree.root(ofLeafHashes: edges[level])
            width /= UInt64(LogTile.width)
            full(LogTile(.hashes(level: level), index: width - 1), edges[level])
            edges[level] = []
            level += 1
        }
    }

    /// The tiles of hashes at the right edge that are not full.
    package var partial: [(tile: LogTile, hashes: [Digest])] {
        var (tiles, width): ([(tile: LogTile, hashes: [Digest])], UInt64) = ([], size)
        for (level, edge) in edges.enumerated() {
            if !edge.isEmpty {
                let tile = LogTile(
                    .hashes(level: level), index: width / 256, count: edge.count)
                tiles.append((tile, edge))
            }
            width /= UInt64(LogTile.width)
        }
        return tiles
    }

    /// The RFC 6962 tree head.
    package var root: Digest {
        var right: [Digest] = []
        for edge in edges where !edge.isEmpty || !right.isEmpty {
            right = edge.isEmpty ? right : [MerkleTree.root(ofLeafHashes: edge + right)]
        }
        return right.first ?? MerkleTree.root(ofLeafHashes: [])
    }
}
