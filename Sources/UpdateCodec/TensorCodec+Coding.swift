package import Encodings
package import Numerics

extension TensorCodec {
    /// Encodes `elements`; what the format cannot hold becomes the nearest it can.
    package func encode(_ elements: FloatView) -> EncodedTensor {
        var writer = BitWriter(reserving: byteLimit(elements.count))
        var selection = TopElements()
        var (indices, sent, chunk) = ([UInt16](), [Float](), QuantizedChunk())
        for number in 0..<chunkCount(elements.count) {
            let part = elements[range(ofChunk: number, of: elements.count)]
            let kept = keptCount(part.count)
            selection.select(kept, of: part, into: &indices)
            sent.removeAll(keepingCapacity: true)
            // Adding +0 makes a zero positive.
            for index in indices { sent.append(part[Int(index)] + 0) }
            chunk.quantize(sent, as: values)
            writer.append(UInt64(chunk.mark), bits: values.markBits)
            guard chunk.mark > 0 else { continue }
            writer.append(UInt64(chunk.second), bits: values.secondBits)
            IndexCoding(kept: kept, of: part.count).write(indices, to: &writer)
            for code in chunk.codes { writer.append(UInt64(code), bits: values.bits) }
        }
        return EncodedTensor(bytes: writer.finish()[...])
    }

    /// Refuses an encoded tensor of `count` elements that no encoder writes.
    package func check(
        _ encoded: EncodedTensor, count: Int, named name: String
    ) throws(MalformedInput) {
        var cursor = ChunkCursor(encoded, count: count, codec: self)
        try cursor.check(named: name)
    }

    /// Adds `factor` times the decoded tensor to `target`: one fused multiply-add an element sent.
    package func accumulate(
        _ encoded: EncodedTensor, times factor: Float, into target: FloatView
    ) {
        forEachElement(of: encoded, count: target.count) { index, value in
            target[index] = ElementaryFunctions.fused(factor, value, target[index])
        }
    }

    /// Calls `body` with the place and decoded value of every element sent, in ascending order.
    package func forEachElement(
        of encoded: EncodedTensor, count: Int, _ body: (Int, Float) -> Void
    ) {
        var cursor = ChunkCursor(encoded, count: count, codec: self)
        var chunk = DecodedChunk()
        while cursor.advance(into: &chunk) {
            for (place, value) in chunk.values.enumerated() {
                body(chunk.start + Int(chunk.indices[place]), value)
            }
        }
    }
}
