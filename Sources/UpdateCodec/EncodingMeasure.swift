import Numerics

/// What an encoded tensor, or several, spend their bits on.
package struct EncodingMeasure: Sendable, Equatable {
    /// Elements of the tensor.
    package var elements = 0
    /// Elements sent.
    package var sent = 0
    /// Bits of the places of the elements sent.
    package var indexBits = 0
    /// The least bits that tell equally likely places apart: log₂ of their number of choices.
    package var indexBound = 0.0
    /// Bits of the values sent, with those that begin a chunk.
    package var valueBits = 0
    /// All the bytes.
    package var bytes = 0

    /// The measure of nothing.
    package init() {}

    /// The two together.
    package static func + (a: EncodingMeasure, b: EncodingMeasure) -> EncodingMeasure {
        var sum = a
        sum.elements += b.elements
        sum.sent += b.sent
        sum.indexBits += b.indexBits
        sum.indexBound += b.indexBound
        sum.valueBits += b.valueBits
        sum.bytes += b.bytes
        return sum
    }

    /// Bits of the file an element of the tensor.
    package var bitsPerElement: Double {
        elements == 0 ? 0 : 8 * Double(bytes) / Double(elements)
    }
}

extension TensorCodec {
    /// Measures an encoded tensor of `count` elements that has been checked.
    package func measure(_ encoded: EncodedTensor, count: Int) -> EncodingMeasure {
        var measure = EncodingMeasure()
        measure.elements = count
        measure.bytes = encoded.bytes.count
        var cursor = ChunkCursor(encoded, count: count, codec: self)
        var chunk = DecodedChunk()
        var bounds: [Int: Double] = [:]
        while cursor.advance(into: &chunk) {
            let kept = chunk.indices.count
            measure.valueBits += values.markBits
            guard kept > 0 else { continue }
            let length = range(ofChunk: cursor.next - 1, of: count).count
            let bound = bounds[length] ?? TensorCodec.choiceBits(kept, of: length)
            bounds[length] = bound
            measure.sent += kept
            measure.valueBits += values.secondBits + kept * values.bits
            measure.indexBits += IndexCoding(kept: kept, of: length).bits(of: chunk.indices)
            measure.indexBound += bound
        }
        return measure
    }

    /// log₂ of the number of ways to choose `kept` of `length`.
    package static func choiceBits(_ kept: Int, of length: Int) -> Double {
        let sum = (1...max(1, kept)).reduce(0.0) { sum, factor in
            sum + ElementaryFunctions.log(Double(length - kept + factor))
                - ElementaryFunctions.log(Double(factor))
        }
        return kept == 0 ? 0 : sum / ElementaryFunctions.log(2 as Double)
    }
}
