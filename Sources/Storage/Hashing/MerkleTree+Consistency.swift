extension MerkleTree {
    /// The leaves under each hash which shows that the tree of `size` leaves began with that of
    /// `old` (RFC 6962 section 2.1.2).
    package static func consistencyPath(from old: Int, in size: Int) -> [Range<Int>] {
        precondition(old >= 0 && old <= size, "the old tree is part of the new one")
        guard old > 0, old < size else { return [] }
        var (part, isWhole): (Range<Int>, Bool) = (0..<size, true)
        var hashes: [Range<Int>] = []
        while old < part.upperBound {
            let (left, right) = halves(of: part)
            if old <= left.upperBound {
                hashes.append(right)
                part = left
            } else {
                hashes.append(left)
                part = right
                isWhole = false
            }
        }
        // The old tree itself is known to who asks.
        return (isWhole ? hashes : hashes + [part]).reversed()
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
