import Numerics

/// Which elements the rules that compare whole updates look at: all while they are few, else a
/// sample of blocks that nobody could know before all updates were fixed.
///
/// Inner products over blocks that are drawn evenly are those of the whole times one factor, but
/// for noise; and the memory they take does not grow with the number of updates.
package struct ElementSample: Sendable {
    /// Elements a block; blocks begin anew in every tensor.
    static let block = 4_096
    /// The most elements sent that are held of all updates together, about.
    package static let limit = 1 << 22

    private let random: CounterRandom
    private let threshold: UInt64

    /// The sample of a round; its seed is SHA-256 of all digests in order.
    package init(_ source: UpdateSource, limit: Int = ElementSample.limit) {
        random = CounterRandom(seed: source.seed, stream: 0)
        let sent = UInt64(source.count) * UInt64(source.sentLimit)
        threshold = min(UInt64(1) << 32, UInt64(limit) << 32 / sent)
    }

    /// The part of `update` that is in the sample; `starts` are the tensors' first blocks.
    func part(of update: SparseUpdate, firstBlocks: [Int]) -> SparseUpdate {
        guard threshold < 1 << 32 else { return update }
        return SparseUpdate(
            tensors: zip(update.tensors, firstBlocks).map { tensor, first in
                var kept = SparseTensor()
                var (block, isIn) = (-1, false)
                for (index, value) in zip(tensor.indices, tensor.values) {
                    let own = Int(index) / ElementSample.block
                    if own != block { (block, isIn) = (own, contains(first + own)) }
                    if isIn { kept.append(Int(index), value) }
                }
                return kept
            })
    }

    private func contains(_ block: Int) -> Bool {
        UInt64(random.word(at: UInt64(block))) < threshold
    }
}
