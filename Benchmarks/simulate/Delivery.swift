import Identity
import Rounds
import Storage

/// What a worker handed in, and what of it is false.
struct Delivery: Sendable {
    /// The worker's number.
    let participant: Int
    /// The worker's key.
    let worker: PublicKey
    /// The worker's group, a place in `Group.all`.
    let group: Int
    /// The digest of the contribution.
    let digest: Digest
    /// The inner steps that are claimed, in segments.
    let segmentation: RoundSegments
    /// The tokens that are claimed.
    let tokens: UInt64
    /// How many segments, the last ones, are false.
    let falseSegments: Int
    /// What the worker had at stake.
    let stake: UInt64
    /// Whether an audit found a false segment.
    var isFound = false

    /// Whether some of it is false.
    var isLie: Bool { falseSegments > 0 }

    /// Whether a segment, from 1, is false.
    func isFalse(_ segment: Int) -> Bool { segment > segmentation.count - falseSegments }

    /// The steps that the worker trained.
    var trained: Int {
        let last = segmentation.count - falseSegments
        return last == 0 ? 0 : segmentation.steps(ofSegment: last).upperBound
    }
}
