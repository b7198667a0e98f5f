import Numerics

/// What is drawn in a simulation: each number a function of the seed, what it is for, the round and the
/// worker, so that nothing depends on an order.
struct Chance: Sendable {
    /// What a number is for.
    enum Purpose: UInt32 {
        case machine = 1, region, cheat, absence, departure, falsehood, transaction
    }

    /// The seed of all of them.
    let seed: UInt64

    /// A number from 0 to below 1.
    func draw(_ purpose: Purpose, round: Int = 0, of number: Int) -> Double {
        let random = CounterRandom(seed: seed, stream: purpose.rawValue)
        return Double(random.uniform(at: UInt64(round) << 32 | UInt64(number)))
    }
}
