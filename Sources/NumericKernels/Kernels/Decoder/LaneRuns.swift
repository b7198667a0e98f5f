extension SIMD16<Float> {
    /// Up to sixteen floats at `address`, the lanes without one +0.
    @inline(__always) init(_ address: UnsafePointer<Float>, upTo count: Int) {
        guard count < Lanes.scalarCount else {
            unsafe self.init(address)
            return
        }
        // Heads are often a multiple of eight, not of sixteen.
        guard count == 8 else {
            unsafe self.init(address, first: count, fill: 0)
            return
        }
        let half = unsafe UnsafeRawPointer(address).loadUnaligned(as: SIMD8<Float>.self)
        self.init(lowHalf: half, highHalf: SIMD8())
    }

    /// Writes up to sixteen lanes to `address`.
    @inline(__always) func store(_ address: UnsafeMutablePointer<Float>, upTo count: Int) {
        guard count < Lanes.scalarCount else { return unsafe store(address) }
        guard count == 8 else { return unsafe store(address, first: count) }
        unsafe UnsafeMutableRawPointer(address).storeBytes(of: halves.lower, as: SIMD8<Float>.self)
    }

    /// The first `count` lanes, the others `fill`.
    @inline(__always) func keeping(_ count: Int, fill: Float = 0) -> Lanes {
        guard count < Lanes.scalarCount else { return self }
        let indices = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
        let isKept = indices .< SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: count))
        return Lanes(repeating: fill).replacing(with: self, where: isKept)
    }
}

/// Calls `body` with the start and size of each run of sixteen elements; the last may be shorter.
@inline(__always)
func forEachRun(_ count: Int, _ body: (_ start: Int, _ size: Int) -> Void) {
    var start = 0
    while start &+ Lanes.scalarCount <= count {
        body(start, Lanes.scalarCount)
        start &+= Lanes.scalarCount
    }
    if start < count { body(start, count &- start) }
}

/// Takes the runs of a row through 64 lanes, the last 64 elements padded with empty runs.
@inline(__always)
func accumulate(
    _ count: Int, from value: Float, _ step: (_ lane: Lanes, _ start: Int, _ size: Int) -> Lanes
) -> Accumulator {
    var total = Accumulator(value)
    var start = 0
    while start < count {
        @inline(__always) func size(_ offset: Int) -> Int {
            max(0, min(Lanes.scalarCount, count &- start &- offset))
        }
        total.lanes.0 = step(total.lanes.0, start, size(0))
        total.lanes.1 = step(total.lanes.1, start &+ 16, size(16))
        total.lanes.2 = step(total.lanes.2, start &+ 32, size(32))
        total.lanes.3 = step(total.lanes.3, start &+ 48, size(48))
        start &+= 64
    }
    return total
}
