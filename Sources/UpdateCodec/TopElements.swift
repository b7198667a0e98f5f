import Numerics

/// Finds the largest magnitudes of a chunk, without sorting.
///
/// The bits of a magnitude order as the magnitude does. Counting them by their leading 11 bits, then
/// the next 10 of those that share the deciding ones, then the last 10, gives the smallest
/// magnitude sent and how many of its equals are. Only the elements are counted that are not far
/// below the smallest one sent of the chunk before; if that leaves too few, all are.
struct TopElements {
    /// The elements that may be sent, by place and magnitude; the first `candidateCount` count.
    private var places: [UInt16] = []
    private var magnitudes: [UInt32] = []
    private var candidateCount = 0
    private var counts = [UInt32](repeating: 0, count: 2048)
    /// What a magnitude must reach to be a candidate: about 3/4 of the last one sent before.
    private var bound: UInt32 = 0

    /// Puts the places of the `count` largest magnitudes of `elements` in `indices`, ascending; the
    /// lower place first among equals.
    mutating func select(_ count: Int, of elements: FloatView, into indices: inout [UInt16]) {
        indices.removeAll(keepingCapacity: true)
        guard count < elements.count else {
            for index in 0..<elements.count { indices.append(UInt16(index)) }
            return
        }
        gather(elements)
        if candidateCount < count {
            bound = 0
            gather(elements)
        }
        var (least, equals) = threshold(count)
        for candidate in 0..<candidateCount where magnitudes[candidate] >= least {
            if magnitudes[candidate] == least {
                guard equals > 0 else { continue }
                equals -= 1
            }
            indices.append(places[candidate])
        }
        bound = least > 1 << 22 ? least - 1 << 22 : 0
    }

    /// Finds the candidates.
    private mutating func gather(_ elements: FloatView) {
        if places.count < elements.count {
            places = [UInt16](repeating: 0, count: elements.count)
            magnitudes = [UInt32](repeating: 0, count: elements.count)
        }
        let bound = bound
        candidateCount = unsafe elements.withPointer { source in
            unsafe places.withUnsafeMutableBufferPointer { places in
                unsafe magnitudes.withUnsafeMutableBufferPointer { magnitudes in
                    var found = 0
                    for index in 0..<elements.count {
                        let magnitude = unsafe source[index].bitPattern & 0x7FFF_FFFF
                        unsafe places[found] = UInt16(truncatingIfNeeded: index)
                        unsafe magnitudes[found] = magnitude
                        found &+= magnitude >= bound ? 1 : 0
                    }
                    return found
                }
            }
        }
    }

    /// The smallest magnitude of the `count` largest, and how many of those are equal to it.
    private mutating func threshold(_ count: Int) -> (least: UInt32, equals: Int) {
        var (least, wanted) = (UInt32(0), count)
        for (shift, bits) in [(20, 11), (10, 10), (0, 10)] as [(UInt32, UInt32)] {
            let mask: UInt32 = 1 << bits - 1
            for index in 0...Int(mask) { counts[index] = 0 }
            for magnitude in magnitudes[..<candidateCount]
            where shift == 20 || magnitude >> (shift + 10) == least {
                counts[Int(magnitude >> shift & mask)] += 1
            }
            var digit = Int(mask)
            while counts[digit] < wanted {
                wanted -= Int(counts[digit])
                digit -= 1
            }
            least = least << bits | UInt32(digit)
        }
        return (least, wanted)
    }
}
