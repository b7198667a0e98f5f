import Encodings
package import Numerics
package import Storage

/// The Merkle tree (RFC 6962) over a value: a leaf is up to 1,024 elements of one row, little-endian.
package struct ValueTree: Sendable {
    /// The most elements of a leaf.
    package static let tileLength = 1_024

    /// The shape of the value.
    package let shape: Operator.Shape

    /// The tree of a value of `shape`.
    package init(_ shape: Operator.Shape) { self.shape = shape }

    /// Leaves of a row.
    package var tilesPerRow: Int {
        (shape.columns + ValueTree.tileLength - 1) / ValueTree.tileLength
    }

    /// All leaves.
    package var tileCount: Int { shape.rows * tilesPerRow }

    /// The leaf that holds an element.
    package func tile(row: Int, _ column: Int) -> Int {
        row * tilesPerRow + column / ValueTree.tileLength
    }

    /// The leaves that hold some columns of a row.
    package func tiles(row: Int, _ columns: Range<Int>) -> Range<Int> {
        guard !columns.isEmpty else { return 0..<0 }
        return tile(row: row, columns.lowerBound)..<tile(row: row, columns.upperBound - 1) + 1
    }

    /// Where in the value the elements of a leaf are.
    package func elements(ofTile tile: Int) -> Range<Int> {
        let first = tile % tilesPerRow * ValueTree.tileLength
        let row = tile / tilesPerRow * shape.columns
        return row + first..<row + min(first + ValueTree.tileLength, shape.columns)
    }

    /// The hash of a leaf that holds `elements`.
    package static func hash(_ elements: [Float]) -> Digest {
        MerkleTree.leafHash(LittleEndian.bytes(of: elements))
    }

    /// The hashes of all leaves of a value.
    package func leafHashes(_ value: FloatView, _ arithmetic: Arithmetic) -> [Digest] {
        arithmetic.map(tileCount) { ValueTree.hash(value[elements(ofTile: $0)].array) }
    }

    /// The root over a value.
    package func root(_ value: FloatView, _ arithmetic: Arithmetic) -> Digest {
        MerkleTree.root(ofLeafHashes: leafHashes(value, arithmetic))
    }
}
