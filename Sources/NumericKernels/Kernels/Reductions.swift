import NumericKernels

/// The 64 lanes of a reduction: element i goes to lane i mod 64.
struct Accumulator {
    /// Lanes 0–15, 16–31, 32–47 and 48–63.
    var lanes: (Lanes, Lanes, Lanes, Lanes)

    /// These lanes.
    @inline(__always) init(lanes: (Lanes, Lanes, Lanes, Lanes)) { self.lanes = lanes }

    /// All lanes at `value`.
    @inline(__always) init(_ value: Float) {
        let row = Lanes(repeating: value)
        lanes = (row, row, row, row)
    }

    /// The lanes combined pairwise: lane i with lane i + 32, then i + 16, down to one.
    @inline(__always) func halved(_ combine: (Lanes, Lanes) -> Lanes) -> Float {
        let row = combine(combine(lanes.0, lanes.2), combine(lanes.1, lanes.3))
        let upper = row.halves.upper
        let eight = combine(row, Lanes(lowHalf: upper, highHalf: upper))
        let fours = eight.halves.lower
        let four = combine(
            eight,
            Lanes(
                lowHalf: SIMD8(lowHalf: fours.highHalf, highHalf: fours.highHalf), highHalf: fours))
        let two = combine(four, Lanes(repeating: four[2]).replacing(lane: 1, with: four[3]))
        return combine(two, Lanes(repeating: two[1]))[0]
    }

    /// The lanes added pairwise.
    @inline(__always) var sum: Float { halved(added) }
}

extension SIMD16<Float> {
    /// Lanes 0–7 and 8–15; unlike `lowHalf`, never a function that modules could share.
    @inline(__always) var halves: (lower: SIMD8<Float>, upper: SIMD8<Float>) {
        unsafe unsafeBitCast(self, to: (SIMD8<Float>, SIMD8<Float>).self)
    }

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
            sum: { x, count in unsafe reduce(x, x, count, fill: 0, from: 0, addFirst).sum },
            sumOfSquares: { x, count in
                unsafe reduce(x, x, count, fill: 0, from: 0, addProduct).sum
            },
            maximum: { x, count in
                unsafe reduce(x, x, count, fill: -.infinity, from: -.infinity, takeGreater)
                    .halved(greater)
            },
            dot: { x, y, count in unsafe reduce(x, y, count, fill: 0, from: 0, addProduct).sum })
    }
}

// Named functions, because the compiler may leave closures as small as these uninlined.

@inline(__always)
private func addFirst(_ sum: Lanes, _ x: Lanes, _ y: Lanes) -> Lanes { sum + x }

@inline(__always)
private func addProduct(_ sum: Lanes, _ x: Lanes, _ y: Lanes) -> Lanes { fused(x, y, sum) }

@inline(__always)
private func takeGreater(_ best: Lanes, _ x: Lanes, _ y: Lanes) -> Lanes { greater(best, x) }

/// The sum of two lanes, for joining lanes.
@inline(__always)
func added(_ a: Lanes, _ b: Lanes) -> Lanes { a + b }

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
    var lanes0 = Lanes(repeating: from)
    var lanes1 = lanes0
    var lanes2 = lanes0
    var lanes3 = lanes0
    var i = 0
    while i &+ 64 <= count {
        unsafe lanes0 = step(lanes0, Lanes(x + i), Lanes(y + i))
        unsafe lanes1 = step(lanes1, Lanes(x + (i &+ 16)), Lanes(y + (i &+ 16)))
        unsafe lanes2 = step(lanes2, Lanes(x + (i &+ 32)), Lanes(y + (i &+ 32)))
        unsafe lanes3 = step(lanes3, Lanes(x + (i &+ 48)), Lanes(y + (i &+ 48)))
        i &+= 64
    }
    let rest = count &- i
    guard rest > 0 else { return Accumulator(lanes: (lanes0, lanes1, lanes2, lanes3)) }
    @inline(__always) func padded(_ z: UnsafePointer<Float>, _ offset: Int) -> Lanes {
        if offset &+ 16 <= rest { return unsafe Lanes(z + (i &+ offset)) }
        if offset >= rest { return Lanes(repeating: fill) }
        return unsafe Lanes(z + (i &+ offset), first: rest &- offset, fill: fill)
    }
    unsafe lanes0 = step(lanes0, padded(x, 0), padded(y, 0))
    unsafe lanes1 = step(lanes1, padded(x, 16), padded(y, 16))
    unsafe lanes2 = step(lanes2, padded(x, 32), padded(y, 32))
    unsafe lanes3 = step(lanes3, padded(x, 48), padded(y, 48))
    return Accumulator(lanes: (lanes0, lanes1, lanes2, lanes3))
}
