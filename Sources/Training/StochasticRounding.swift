import Identity
import LanguageModel
import Numerics
import Rounds
import Storage

/// Which way a worker's weights are rounded under `exact-bf16`; docs/model.md, section 9.
enum StochasticRounding {
    /// The stream of random numbers; the attempt is AdamW's step, the half-word the element.
    static let stream: UInt32 = 3
}

extension LocalRound.Inputs {
    /// The worker's own noise, so that the workers' errors average out.
    var rounding: CounterRandom {
        let words = ["nous-tools rounding v1", run.digest.hex, worker.base58]
        let digest = Digest(hashing: Array(words.joined(separator: "\n").utf8))
        let seed = digest.bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return CounterRandom(seed: seed, stream: StochasticRounding.stream)
    }
}
