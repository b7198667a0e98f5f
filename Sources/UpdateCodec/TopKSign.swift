package import Numerics

/// The codec `top-k-sign v1`: per chunk, the places and signs of the largest magnitudes and one
/// scale.
///
/// A tensor's elements, row-major, are cut into chunks of `chunk` (the last may be shorter). Of a
/// chunk of `length` elements, `keptCount(length)` are sent: the largest magnitudes, the lower
/// index first among equals. Each is decoded as ± the chunk's scale, which is the mean magnitude
/// of the kept elements. After SparseLoCo (arXiv 2508.15706), with one-bit values.
package struct TopKSign: Sendable, Equatable {
    /// Elements a chunk, from 1 to 65,536, so that an index fits 16 bits.
    package let chunk: Int
    /// Elements sent of a full chunk, from 1 to `chunk`.
    package let keep: Int

    /// The largest chunk an index of 16 bits can address.
    package static let chunkLimit = 65_536

    /// A codec of the given density.
    package init(chunk: Int, keep: Int) {
        precondition((1...TopKSign.chunkLimit).contains(chunk) && (1...chunk).contains(keep))
        self.chunk = chunk
        self.keep = keep
    }

    /// How many elements of a chunk of `length` are sent: `keep` in proportion, at least one.
    package func keptCount(_ length: Int) -> Int {
        max(1, keep * length / chunk)
    }

    /// The number of chunks of a tensor of `count` elements.
    package func chunkCount(_ count: Int) -> Int {
        (count + chunk - 1) / chunk
    }

    /// The number of elements sent of a tensor of `count` elements.
    package func keptTotal(_ count: Int) -> Int {
        let remainder = count % chunk
        return count / chunk * keep + (remainder == 0 ? 0 : keptCount(remainder))
    }

    /// Encodes `values`, all finite.
    package func encode(_ values: FloatView) -> SparseSigns {
        var encoded = SparseSigns()
        encoded.indices.reserveCapacity(keptTotal(values.count))
        encoded.scales.reserveCapacity(chunkCount(values.count))
        var negative: [Bool] = []
        negative.reserveCapacity(keptTotal(values.count))
        for start in stride(from: 0, to: values.count, by: chunk) {
            let elements = values[start..<min(start + chunk, values.count)].array
            let kept = largest(keptCount(elements.count), of: elements)
            var sum: Float = 0
            for index in kept {
                sum += abs(elements[index])
                encoded.indices.append(UInt16(index))
                negative.append(elements[index] < 0)
            }
            encoded.scales.append(sum / Float(kept.count))
        }
        encoded.signs = packBits(negative)
        return encoded
    }

    /// Adds `factor` times the decoded tensor to `target`: one fused multiply-add an element sent.
    package func accumulate(_ encoded: SparseSigns, times factor: Float, into target: FloatView) {
        forEachElement(of: encoded, count: target.count) { index, value in
            target[index] = ElementaryFunctions.fused(factor, value, target[index])
        }
    }

    /// Calls `body` with the place and decoded value of every element sent, in ascending order.
    package func forEachElement(
        of encoded: SparseSigns, count: Int, _ body: (Int, Float) -> Void
    ) {
        precondition(encoded.indices.count == keptTotal(count))
        var position = 0
        for (number, scale) in encoded.scales.enumerated() {
            let start = number * chunk
            for _ in 0..<keptCount(min(chunk, count - start)) {
                let negative = encoded.signs[position >> 3] >> UInt8(position & 7) & 1 == 1
                body(start + Int(encoded.indices[position]), negative ? -scale : scale)
                position += 1
            }
        }
    }

    /// The indices of the `count` largest magnitudes, ascending.
    private func largest(_ count: Int, of elements: [Float]) -> [Int] {
        // The bits of a magnitude order as the magnitude does, so a key of (magnitude, lower
        // index first) is one integer and the choice has no ties.
        var keys = elements.indices.map { index in
            UInt64(elements[index].magnitude.bitPattern) << 16 | UInt64(0xFFFF - index)
        }
        let threshold = selectLargest(count, of: &keys)
        return elements.indices.filter { index in
            UInt64(elements[index].magnitude.bitPattern) << 16 | UInt64(0xFFFF - index)
                >= threshold
        }
    }

    /// The `count`-th largest key, found by quickselect with a middle pivot.
    private func selectLargest(_ count: Int, of keys: inout [UInt64]) -> UInt64 {
        var low = 0
        var high = keys.count - 1
        let target = count - 1
        while low < high {
            let pivot = keys[(low + high) / 2]
            var left = low
            var right = high
            while left <= right {
                while keys[left] > pivot { left += 1 }
                while keys[right] < pivot { right -= 1 }
                if left <= right {
                    keys.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if target <= right {
                high = right
            } else if target >= left {
                low = left
            } else {
                break
            }
        }
        return keys[target]
    }
}

/// One bit an element, the first in the lowest bit of the first byte; unused bits are zero.
private func packBits(_ bits: [Bool]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (bits.count + 7) / 8)
    for (position, bit) in bits.enumerated() where bit {
        bytes[position >> 3] |= 1 << UInt8(position & 7)
    }
    return bytes
}
