extension MerkleTree {
    /// The hashes that lead from leaf `index` to the root, from the leaf upwards.
    package static func inclusionProof(_ index: Int, leafHashes: [Digest]) -> [Digest] {
        inclusionPath(of: index, in: leafHashes.count).map { root(of: leafHashes[$0]) }
    }

    /// The leaves under each hash that leads from leaf `index` to the root of `size` leaves, from the
    /// leaf upwards (RFC 6962 section 2.1.1).
    package static func inclusionPath(of index: Int, in size: Int) -> [Range<Int>] {
        precondition((0..<size).contains(index), "the leaf is in the tree")
        var (part, siblings): (Range<Int>, [Range<Int>]) = (0..<size, [])
        while part.count > 1 {
            let (left, right) = halves(of: part)
            siblings.append(index < right.lowerBound ? right : left)
            part = index < right.lowerBound ? left : right
        }
        return siblings.reversed()
    }

    /// The root that `proof` leads to from the leaf, or nil if it cannot belong to such a tree.
    ///
    /// The method is that of RFC 9162 section 2.1.3.2.
    package static func root(
        fromInclusionProof proof: [Digest], leafHash: Digest, index: UInt64, treeSize: UInt64
    ) -> Digest? {
        guard index < treeSize else { return nil }
        var position = index
        var last = treeSize - 1
        var hash = leafHash
        for sibling in proof {
            guard last > 0 else { return nil }
            if !position.isMultiple(of: 2) || position == last {
                hash = nodeHash(sibling, hash)
                let promotions = UInt64(position.trailingZeroBitCount)
                position >>= promotions
                last >>= promotions
            } else {
                hash = nodeHash(hash, sibling)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 ? hash : nil
    }

    /// Whether `proof` shows the leaf at `index` of the tree of `treeSize` leaves under `root`.
    package static func verifyInclusion(
        leafHash: Digest, index: UInt64, treeSize: UInt64, proof: [Digest], root: Digest
    ) -> Bool {
        MerkleTree.root(
            fromInclusionProof: proof, leafHash: leafHash, index: index, treeSize: treeSize)
            == root
    }
}
