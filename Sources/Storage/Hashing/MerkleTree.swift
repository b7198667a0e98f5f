/// The hash tree of certificate transparency (RFC 6962 section 2.1).
///
/// Leaf and node hashes have different prefixes, so no leaf can pass for a node; a tree of `n`
/// leaves splits at the largest power of two below `n`, and an odd right edge is promoted.
package enum MerkleTree {
    /// The hash of a leaf that holds `bytes`: SHA-256(0x00 ‖ bytes).
    package static func leafHash(_ bytes: [UInt8]) -> Digest {
        leafHash { $0.update(bytes) }
    }

    /// The hash of a leaf that holds the bytes which `content` hands over, in parts.
    package static func leafHash(of content: (inout Digester) -> Void) -> Digest {
        var digester = Digester()
        digester.update([0x00])
        content(&digester)
        return digester.finalize()
    }

    /// The hash of a node over two subtrees: SHA-256(0x01 ‖ left ‖ right).
    package static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
        var digester = Digester()
        digester.update([0x01])
        digester.update(left)
        digester.update(right)
        return digester.finalize()
    }

    /// The root of the tree over `leafHashes`; that of no leaves is SHA-256 of nothing.
    package static func root(ofLeafHashes leafHashes: [Digest]) -> Digest {
        guard !leafHashes.isEmpty else { return Digest(hashing: []) }
        return root(of: leafHashes[...])
    }

    /// The root of the tree over a part that is not empty.
    ///
    /// Pairing neighbours level by level and promoting the odd one gives the tree of the RFC.
    static func root(of leafHashes: ArraySlice<Digest>) -> Digest {
        var level = [Digest](leafHashes)
        while level.count > 1 {
            var next: [Digest] = []
            next.reserveCapacity((level.count + 1) / 2)
            for index in stride(from: 0, to: level.count - 1, by: 2) {
                next.append(nodeHash(level[index], level[index + 1]))
            }
            if !level.count.isMultiple(of: 2) { next.append(level[level.count - 1]) }
            level = next
        }
        return level[0]
    }

    /// Where the tree over more than one leaf splits: at the largest power of two below their number.
    package static func halves(of part: Range<Int>) -> (left: Range<Int>, right: Range<Int>) {
        let size = 1 << (Int.bitWidth - 1 - (part.count - 1).leadingZeroBitCount)
        let middle = part.lowerBound + size
        return (part.lowerBound..<middle, middle..<part.upperBound)
    }
}
