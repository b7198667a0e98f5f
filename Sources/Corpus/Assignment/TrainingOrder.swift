package import Storage

/// The order in which a run trains on its sequences, position by position, epoch after epoch.
///
/// It depends on the data root, the number of sequences and the run's seed alone, so anybody can
/// say what stands at any position, and where any sequence stands.
package struct TrainingOrder: Sendable {
    private static let domain = "nous-tools order v1"

    private let dataRoot: Digest
    private let seed: UInt64
    /// How many sequences one epoch has.
    package let sequenceCount: UInt64

    /// The order of `sequenceCount` sequences, at least one, under `dataRoot`.
    package init(dataRoot: Digest, sequenceCount: UInt64, seed: UInt64) {
        precondition(sequenceCount > 0, "an order has sequences")
        self.dataRoot = dataRoot
        self.sequenceCount = sequenceCount
        self.seed = seed
    }

    /// The permutation of one epoch.
    package func permutation(ofEpoch epoch: UInt64) -> KeyedPermutation {
        KeyedPermutation(count: sequenceCount, key: key(ofEpoch: epoch))
    }

    /// The key of an epoch's permutation.
    package func key(ofEpoch epoch: UInt64) -> Digest {
        Digest(
            hashing: Array(Self.domain.utf8) + dataRoot.bytes + seed.bigEndianBytes
                + epoch.bigEndianBytes)
    }

    /// The sequences at a run of positions.
    package func sequences(at positions: Range<UInt64>) -> [UInt64] {
        var found: [UInt64] = []
        found.reserveCapacity(positions.count)
        var position = positions.lowerBound
        while position < positions.upperBound {
            let epoch = position / sequenceCount
            let permutation = permutation(ofEpoch: epoch)
            let end = min(positions.upperBound - epoch * sequenceCount, sequenceCount)
            for index in position - epoch * sequenceCount..<end {
                found.append(permutation.element(at: index))
            }
            position = epoch * sequenceCount + end
        }
        return found
    }

    /// The position at which an epoch trains on a sequence.
    package func position(of sequence: UInt64, inEpoch epoch: UInt64) -> UInt64 {
        epoch * sequenceCount + permutation(ofEpoch: epoch).position(of: sequence)
    }
}

extension UInt64 {
    /// The eight bytes of the number, most significant first.
    var bigEndianBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * UInt64($0))) }
    }
}
