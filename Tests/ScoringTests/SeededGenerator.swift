import Numerics

/// Random numbers of a test.
struct SeededGenerator {
    private let random: CounterRandom
    private var index: UInt64 = 0

    init(seed: UInt64) { random = CounterRandom(seed: seed) }

    /// A number from the standard normal distribution.
    mutating func normal() -> Double {
        defer { index += 1 }
        return Double(random.normal(at: index))
    }
}
