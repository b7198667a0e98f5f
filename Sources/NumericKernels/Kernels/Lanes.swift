import CProcessor

/// Sixteen floats, the logical width of every row kernel; the compiler cuts it to the registers.
typealias Lanes = SIMD16<Float>
/// The bits of sixteen floats.
typealias LaneBits = SIMD16<UInt32>

extension SIMD16<Float> {
    /// The bit pattern of each lane.
    @inline(__always) var bits: LaneBits { unsafe unsafeBitCast(self, to: LaneBits.self) }

    /// The floats of these bit patterns.
    @inline(__always) init(bits: LaneBits) { self = unsafe unsafeBitCast(bits, to: Lanes.self) }

    /// The sixteen floats at `address`, which needs no alignment.
    @inline(__always) init(_ address: UnsafePointer<Float>) {
        self = unsafe UnsafeRawPointer(address).loadUnaligned(as: Lanes.self)
    }

    /// The first `count` floats at `address`, the others `fill`.
    @inline(__always) init(_ address: UnsafePointer<Float>, first count: Int, fill: Float) {
        // By way of memory: setting lanes one by one would wait for each.
        self = Lanes(repeating: fill)
        unsafe withUnsafeMutableBytes(of: &self) { lanes in
            for lane in 0..<count {
                unsafe lanes.storeBytes(of: address[lane], toByteOffset: 4 &* lane, as: Float.self)
            }
        }
    }

    /// Writes all lanes to `address`.
    @inline(__always) func store(_ address: UnsafeMutablePointer<Float>) {
        unsafe UnsafeMutableRawPointer(address).storeBytes(of: self, as: Lanes.self)
    }

    /// Writes the first `count` lanes to `address`.
    @inline(__always) func store(_ address: UnsafeMutablePointer<Float>, first count: Int) {
        unsafe withUnsafeBytes(of: self) { lanes in
            for lane in 0..<count {
                unsafe address[lane] = lanes.load(fromByteOffset: 4 &* lane, as: Float.self)
            }
        }
    }

    /// The correctly rounded square root of each lane.
    @inline(__always) var root: Lanes { processor_square_root(self) }
}

/// Applies `body` to `count` floats, sixteen at a time; missing lanes of the last step hold 1.
@inline(__always)
func mapLanes(
    _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ count: Int,
    _ body: (Lanes) -> Lanes
) {
    var index = 0
    while index &+ 16 <= count {
        unsafe body(Lanes(input + index)).store(output + index)
        index &+= 16
    }
    guard index < count else { return }
    let rest = unsafe Lanes(input + index, first: count &- index, fill: 1)
    unsafe body(rest).store(output + index, first: count &- index)
}

/// Applies `body` to `count` pairs, an input and the output's former value.
@inline(__always)
func updateLanes(
    _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>, _ count: Int,
    _ body: (_ input: Lanes, _ output: Lanes) -> Lanes
) {
    var index = 0
    while index &+ 16 <= count {
        unsafe body(Lanes(input + index), Lanes(output + index)).store(output + index)
        index &+= 16
    }
    guard index < count else { return }
    let rest = count &- index
    let x = unsafe Lanes(input + index, first: rest, fill: 1)
    let y = unsafe Lanes(output + index, first: rest, fill: 1)
    unsafe body(x, y).store(output + index, first: rest)
}
