/// How one tensor is compressed: of every chunk of elements, the largest, as places and values.
///
/// A tensor's elements, in order, are cut into chunks of `chunk` (the last may be shorter). Of a
/// chunk of `length` elements `keptCount(length)` are sent: the largest magnitudes, the lower index
/// first among equals. After SparseLoCo (arXiv 2508.15706). Specified in docs/formats/update.md.
package struct TensorCodec: Sendable, Equatable {
    /// Elements a chunk, from 1 to 65,536.
    package let chunk: Int
    /// Elements sent of a full chunk, from 1 to `chunk`; all of them make a dense update.
    package let keep: Int
    /// How the values sent are written.
    package let values: ValueFormat

    /// The most elements of a chunk.
    package static let chunkLimit = 65_536

    /// A codec of the given density.
    package init(chunk: Int, keep: Int, values: ValueFormat) {
        precondition((1...TensorCodec.chunkLimit).contains(chunk) && (1...chunk).contains(keep))
        self.chunk = chunk
        self.keep = keep
        self.values = values
    }

    /// How many elements of a chunk of `length` are sent: `keep` in proportion, at least one.
    ///
    /// None are sent of a chunk all of whose values would decode to zero.
    package func keptCount(_ length: Int) -> Int { max(1, keep * length / chunk) }

    /// The number of chunks of a tensor of `count` elements.
    package func chunkCount(_ count: Int) -> Int { (count + chunk - 1) / chunk }

    /// The most elements sent of a tensor of `count` elements.
    package func keptTotal(_ count: Int) -> Int {
        let remainder = count % chunk
        return count / chunk * keep + (remainder == 0 ? 0 : keptCount(remainder))
    }

    /// The most bytes a tensor of `count` elements is encoded in.
    package func byteLimit(_ count: Int) -> Int {
        let remainder = count % chunk
        let bits = count / chunk * bitLimit(chunk) + (remainder == 0 ? 0 : bitLimit(remainder))
        return (bits + 7) / 8
    }

    /// The elements of chunk `number` of a tensor of `count` elements.
    func range(ofChunk number: Int, of count: Int) -> Range<Int> {
        min(number * chunk, count)..<min((number + 1) * chunk, count)
    }

    private func bitLimit(_ length: Int) -> Int {
        let kept = keptCount(length)
        return values.markBits + values.secondBits + kept * values.bits
            + IndexCoding(kept: kept, of: length).bitLimit
    }
}
