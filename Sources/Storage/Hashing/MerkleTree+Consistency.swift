extension MerkleTree {
    /// The hashes which show that the tree of the first `size` leaves was only appended to.
    package static func consistencyProof(from size: Int, leafHashes: [Digest]) -> [Digest] {
        precondition(size >= 0 && size <= leafHashes.count, "the old tree is part of the new one")
        guard size > 0, size < leafHashes.count else { return [] }
        return subproof(size, leafHashes[...], isWhole: true)
    }

    /// SUBPROOF of RFC 6962 section 2.1.2.
    private static func subproof(
        _ size: Int, _ part: ArraySlice<Digest>, isWhole: Bool
    ) -> [Digest] {
        guard size < part.count else { return isWhole ? [] : [root(of: part)] }
        let left = split(part.count)
        let middle = part.startIndex + left
        if size <= left {
            return subproof(size, part[..<middle], isWhole: isWhole)
                + [root(of: part[middle...])]
        }
        return subproof(size - left, part[middle...], isWhole: false)
            + [root(of: part[..<middle])]
    }

    /// Whether `proof` shows that the tree under `newRoot` begins with the tree under `oldRoot`.
    ///
    /// The method is that of RFC 9162 section 2.1.4.2; an empty old tree needs an empty proof.
    package static func verifyConsistency(
        oldSize: UInt64, oldRoot: Digest, newSize: UInt64, newRoot: Digest, proof: [Digest]
    ) -> Bool {
        guard oldSize <= newSize else { return false }
        if oldSize == newSize { return proof.isEmpty && oldRoot == newRoot }
        if oldSize == 0 { return proof.isEmpty && oldRoot == Digest(hashing: []) }
        var path = proof[...]
        if oldSize.nonzeroBitCount == 1 { path = [oldRoot] + proof }
        guard let start = path.popFirst() else { return false }
        let skipped = UInt64((oldSize - 1).trailingOneBitCount)
        var position = (oldSize - 1) >> skipped
        var last = (newSize - 1) >> skipped
        var oldHash = start
        var newHash = start
        for sibling in path {
            guard last > 0 else { return false }
            if !position.isMultiple(of: 2) || position == last {
                oldHash = nodeHash(sibling, oldHash)
                newHash = nodeHash(sibling, newHash)
                let promotions = UInt64(position.trailingZeroBitCount)
                position >>= promotions
                last >>= promotions
            } else {
                newHash = nodeHash(newHash, sibling)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && oldHash == oldRoot && newHash == newRoot
    }
}

extension UInt64 {
    /// How many of the lowest bits are one before the first zero.
    fileprivate var trailingOneBitCount: Int { (~self).trailingZeroBitCount }
}
