import Numerics

/// Whether two floats have the same bits, or are both NaN, whose bits are not part of the rules.
func sameBits(_ a: Float, _ b: Float) -> Bool {
    a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN)
}

/// Floats for tests.
enum Samples {
    /// Mostly numbers near one, some of every magnitude, zeros of both signs, subnormals.
    static func wide(count: Int, seed: UInt64, stream: UInt32 = 0) -> [Float] {
        let random = CounterRandom(seed: seed, stream: stream)
        return (0..<count).map { index in
            let word = random.word(at: UInt64(index))
            let sign: UInt32 = word & 1 << 31
            switch word % 16 {
            case 0: return Float(bitPattern: sign)
            case 1: return Float(bitPattern: sign | word >> 12)
            case 2: return Float(bitPattern: sign | (64 + word >> 8 % 64) << 23 | word >> 9)
            case 3: return Float(bitPattern: sign | (127 + word >> 8 % 60) << 23 | word >> 9)
            default:
                return Float(
                    bitPattern: sign | (120 + word >> 8 % 10) << 23 | word >> 9 % (1 << 23))
            }
        }
    }
}
