import NumericKernels

/// The 64 lanes of a reduction: element i goes to lane i mod 64.
struct Accumulator {
    /// Lanes 0–15, 16–31, 32–47 and 48–63.
    var lanes: (Lanes, Lanes, Lanes, Lanes)

    /// All lanes at `value`.
    @inline(__always) init(_ value: Float) {
        let row = Lanes(repeating: value)
        lanes = (row, row, row, row)
    }

    /// The lanes combined pairwise: lane i with lane i + 32, then i + 16, down to one.
    @inline(__always) func halved(_ combine: (Lanes, Lanes) -> Lanes) -> Float {
        let row = combine(combine(lanes.0, lanes.2), combine(lanes.1, lanes.3))
        let eight = combine(row, Lanes(lowHalf: row.highHalf, highHalf: row.highHalf))
        let fours = eight.lowHalf
        let four = combine(
            eight,
            Lanes(
                lowHalf: SIMD8(lowHalf: fours.highHalf, highHalf: fours.highHalf), highHalf: fours))
        let two = combine(four, Lanes(repeating: four[2]).replacing(lane: 1, with: four[3]))
        return combine(two, Lanes(repeating: two[1]))[0]
    }

    /// The lanes added pairwise.
    @inline(__always) var sum: Float { halved { $0 + $1 } }
}

extension SIMD16<Float> {
    /// The same lanes but for one.
    @inline(__always) func replacing(lane: Int, with value: Float) -> Lanes {
        var lanes = self
        lanes[lane] = value
        return lanes
    }
}

extension ReductionKernels {
    /// This set's reductions.
    static var compiled: ReductionKernels {
        unsafe ReductionKernels(
            sum: { x, count in
                unsafe reduce(x, x, count, fill: 0, from: 0) { sum, x, _ in sum + x }.sum
            },
            sumOfSquares: { x, count in
                unsafe reduce(x, x, count, fill: 0, from: 0) { sum, x, _ in fused(x, x, sum) }.sum
            },
            maximum: { x, count in
                unsafe reduce(x, x, count, fill: -.infinity, from: -.infinity) { best, x, _ in
                    greater(best, x)
                }.halved(greater)
            },
            dot: { x, y, count in
                unsafe reduce(x, y, count, fill: 0, from: 0) { sum, x, y in fused(x, y, sum) }.sum
            })
    }
}

/// The greater of two lanes: the second only where it is greater than the first.
@inline(__always)
func greater(_ best: Lanes, _ other: Lanes) -> Lanes {
    best.replacing(with: other, where: other .> best)
}

/// Takes two vectors through 64 lanes; missing elements of the last step are `fill`.
@inline(__always)
func reduce(
    _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int, fill: Float, from: Float,
    _ step: (_ lane: Lanes, _ x: Lanes, _ y: Lanes) -> Lanes
) -> Accumulator {
    var total = Accumulator(from)
    var i = 0
    while i &+ 64 <= count {
        unsafe total.lanes.0 = step(total.lanes.0, Lanes(x + i), Lanes(y + i))
        unsafe total.lanes.1 = step(total.lanes.1, Lanes(x + i + 16), Lanes(y + i + 16))
        unsafe total.lanes.2 = step(total.lanes.2, Lanes(x + i + 32), Lanes(y + i + 32))
        unsafe total.lanes.3 = step(total.lanes.3, Lanes(x + i + 48), Lanes(y + i + 48))
        i &+= 64
    }
    guard i < count else { return total }
    let rest = count &- i
    @inline(__always) func padded(_ z: UnsafePointer<Float>, _ offset: Int) -> Lanes {
        if offset &+ 16 <= rest { return unsafe Lanes(z + i + offset) }
        return unsafe Lanes(z + i + offset, first: max(0, rest &- offset), fill: fill)
    }
    unsafe total.lanes.0 = step(total.lanes.0, padded(x, 0), padded(y, 0))
    unsafe total.lanes.1 = step(total.lanes.1, padded(x, 16), padded(y, 16))
    unsafe total.lanes.2 = step(total.lanes.2, padded(x, 32), padded(y, 32))
    unsafe total.lanes.3 = step(total.lanes.3, padded(x, 48), padded(y, 48))
    return total
}
