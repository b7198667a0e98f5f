internal import Glibc

/// Zeroed memory for `count` numbers in bfloat16: the upper half of a single-precision float.
///
/// Threads may share a storage as long as no two touch one element while one of them writes it.
@safe package final class BFloat16Storage: @unchecked Sendable {
    /// The number of elements.
    package let count: Int
    /// The first element's bits.
    let base: UnsafeMutablePointer<UInt16>

    /// Allocates `count` zeros.
    package init(count: Int) {
        precondition(count >= 0, "a storage of \(count) elements")
        self.count = count
        let bytes = max(count, 1) * MemoryLayout<UInt16>.stride
        var memory: UnsafeMutableRawPointer?
        guard unsafe posix_memalign(&memory, 64, bytes) == 0, let memory = unsafe memory
        else {
            fatalError("out of memory for \(bytes) bytes")
        }
        unsafe memset(memory, 0, bytes)
        unsafe base = memory.bindMemory(to: UInt16.self, capacity: max(count, 1))
    }

    /// Copies the numbers of `range` to as many floats, on the calling thread.
    package func widen(_ range: Range<Int>, into floats: FloatView) {
        checkRange(range, floats)
        unsafe floats.withPointer { floats in
            unsafe BFloat16.widen(base + range.lowerBound, into: floats, range.count)
        }
    }

    /// Sets the numbers of `range` to as many floats, each rounded to the nearest.
    package func narrow(_ floats: FloatView, into range: Range<Int>) {
        checkRange(range, floats)
        unsafe floats.withPointer { floats in
            let narrow = unsafe base + range.lowerBound
            for index in 0..<range.count {
                let bits = unsafe BFloat16.nearest(bits: floats[index].bitPattern)
                unsafe narrow[index] = UInt16(truncatingIfNeeded: bits &>> 16)
            }
        }
    }

    /// Sets the numbers of `range` to as many floats, each rounded down or up, up as often as its
    /// place between two numbers says.
    ///
    /// Element i of the storage uses half-word i of attempt `step` mod 2³² of the stream.
    package func narrowStochastically(
        _ floats: FloatView, into range: Range<Int>, _ random: CounterRandom, step: Int
    ) {
        checkRange(range, floats)
        let attempt = UInt32(truncatingIfNeeded: step)
        unsafe floats.withPointer { floats in
            var index = range.lowerBound
            while index < range.upperBound {
                let words = random.block(UInt64(index / 8), attempt: attempt)
                let end = min((index / 8 + 1) * 8, range.upperBound)
                while index < end {
                    let noise = words[index % 8 / 2] &>> UInt32(16 &* (index & 1)) & 0xFFFF
                    let rounded = unsafe BFloat16.stochastic(
                        floats[index - range.lowerBound], noise: noise)
                    unsafe base[index] = UInt16(truncatingIfNeeded: rounded.bitPattern &>> 16)
                    index += 1
                }
            }
        }
    }

    private func checkRange(_ range: Range<Int>, _ floats: FloatView) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= count && range.count == floats.count,
            "\(floats.count) floats for elements \(range) of \(count)")
    }

    deinit { unsafe free(base) }
}

/// Rounding to bfloat16; `docs/arithmetic.md`, section 8.
package enum BFloat16 {
    /// `x` rounded to the nearest number with eight significant bits, of two to the even one.
    ///
    /// A NaN stays one, and becomes quiet.
    package static func nearest(_ x: Float) -> Float {
        Float(bitPattern: nearest(bits: x.bitPattern))
    }

    @inline(__always)
    static func nearest(bits: UInt32) -> UInt32 {
        let rounded = bits &+ 0x7FFF &+ (bits &>> 16 & 1)
        let quiet = bits | 0x0040_0000
        return (isNaN(bits) ? quiet : rounded) & 0xFFFF_0000
    }

    /// `x` rounded down or up in magnitude, up if the bits that are cut off and `noise`, below
    /// 2¹⁶, add up to 2¹⁶ or more; infinities and NaN as by `nearest`.
    package static func stochastic(_ x: Float, noise: UInt32) -> Float {
        let bits = x.bitPattern
        let isFinite = bits & 0x7F80_0000 != 0x7F80_0000
        return Float(bitPattern: isFinite ? (bits &+ noise) & 0xFFFF_0000 : nearest(bits: bits))
    }

    /// Writes `count` numbers as floats.
    @unsafe @inline(__always)
    static func widen(
        _ narrow: UnsafePointer<UInt16>, into floats: UnsafeMutablePointer<Float>, _ count: Int
    ) {
        for index in 0..<count {
            unsafe floats[index] = Float(bitPattern: UInt32(narrow[index]) &<< 16)
        }
    }

    @inline(__always)
    private static func isNaN(_ bits: UInt32) -> Bool { bits & 0x7FFF_FFFF > 0x7F80_0000 }
}
