/// A tree whose leaves arrive one by one: its root, and the inclusion proofs of chosen leaves.
///
/// Only the roots of the complete subtrees are kept, at most one of each size.
package struct MerkleFrontier: Sendable {
    /// How many leaves have arrived.
    package private(set) var count = 0

    /// The chosen leaves in ascending order, and their siblings so far, from the leaf upwards.
    private let chosen: [Int]
    private var paths: [[Digest]]

    /// The complete subtrees from left to right; their sizes are falling powers of two.
    private var subtrees: [Subtree] = []

    private struct Subtree {
        var leaves: Range<Int>
        var hash: Digest
    }

    /// A tree without leaves, of which the leaves with numbers in `chosen` are to be proved.
    package init(proving chosen: some Sequence<Int> = EmptyCollection()) {
        self.chosen = Set(chosen).sorted()
        paths = [[Digest]](repeating: [], count: self.chosen.count)
    }

    /// Adds a leaf to the right of all others.
    package mutating func append(_ leafHash: Digest) {
        var subtree = Subtree(leaves: count..<count + 1, hash: leafHash)
        count += 1
        while let left = subtrees.last, left.leaves.count == subtree.leaves.count {
            subtrees.removeLast()
            subtree = join(left, subtree)
        }
        subtrees.append(subtree)
    }

    /// The root over all leaves, and for each chosen leaf the hashes that lead from it there.
    ///
    /// A chosen leaf that never arrived has no proof.
    package consuming func finish() -> (root: Digest, proofs: [Int: [Digest]]) {
        guard var whole = subtrees.popLast() else {
            return (MerkleTree.root(ofLeafHashes: []), [:])
        }
        while let left = subtrees.popLast() { whole = join(left, whole) }
        let arrived = zip(chosen, paths).filter { $0.0 < whole.leaves.upperBound }
        return (whole.hash, Dictionary(uniqueKeysWithValues: arrived.map { ($0.0, $0.1) }))
    }

    private mutating func join(_ left: Subtree, _ right: Subtree) -> Subtree {
        for index in firstChosen(from: left.leaves.lowerBound)..<chosen.count {
            guard chosen[index] < right.leaves.upperBound else { break }
            paths[index].append(left.leaves.contains(chosen[index]) ? right.hash : left.hash)
        }
        return Subtree(
            leaves: left.leaves.lowerBound..<right.leaves.upperBound,
            hash: MerkleTree.nodeHash(left.hash, right.hash))
    }

    /// The place of the first chosen leaf that is not before `leaf`.
    private func firstChosen(from leaf: Int) -> Int {
        var (low, high) = (0, chosen.count)
        while low < high {
            let middle = (low + high) / 2
            if chosen[middle] < leaf { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
