package import Encodings

extension TopKSign {
    /// Refuses an encoded tensor of `count` elements that no encoder writes: indices out of range
    /// or order, scales negative or not finite, unused bits set.
    package func check(
        _ encoded: SparseSigns, count: Int, named name: String
    ) throws(MalformedInput) {
        let kept = keptTotal(count)
        precondition(encoded.indices.count == kept && encoded.signs.count == (kept + 7) / 8)
        precondition(encoded.scales.count == chunkCount(count))
        guard encoded.scales.allSatisfy({ $0.isFinite && $0.sign == .plus }) else {
            throw MalformedInput("tensor '\(name).scales': expected finite magnitudes")
        }
        if kept % 8 != 0, let last = encoded.signs.last, last >> UInt8(kept % 8) != 0 {
            throw MalformedInput("tensor '\(name).signs': expected unused bits to be zero")
        }
        var position = 0
        for start in stride(from: 0, to: count, by: chunk) {
            let length = min(chunk, count - start)
            var previous = -1
            for _ in 0..<keptCount(length) {
                let index = Int(encoded.indices[position])
                guard index > previous, index < length else {
                    throw MalformedInput(
                        "tensor '\(name).indices': element \(position): expected an index from "
                            + "\(previous + 1) to \(length - 1), found \(index)")
                }
                previous = index
                position += 1
            }
        }
    }
}
