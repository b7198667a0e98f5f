import LanguageModel
import Numerics
import UpdateCodec

/// What a dishonest worker sends in place of its work, knowing what the honest ones send.
///
/// After the attacks of ALIE (arXiv 1902.06156), inner-product manipulation (1903.03936), mimic
/// (2006.09365) and the free riders, squatters and drifters of open networks.
enum Attack: String, CaseIterable {
    case signFlip = "sign-flip"
    case signFlipTenfold = "sign-flip-x10"
    case noise = "noise"
    case littleIsEnough = "alie"
    case innerProduct = "inner-product"
    case mimic = "mimic"
    case shuffledText = "shuffled-text"
    case zeros = "zeros"
    case stale = "stale"
    case noisyCopy = "noisy-copy"
    case squatting = "index-squatting"
    case drift = "slow-drift"

    /// What there is to make an update of.
    struct Knowledge {
        /// The attacker's own honest update.
        let own: [Float]
        /// The updates of the honest workers.
        let honest: [[Float]]
        /// The attacker's own honest update of the round before.
        let previous: [Float]?
        /// How updates are compressed.
        let codec: TensorCodec
        /// Where each tensor lies.
        let layout: ParameterLayout
        /// Random numbers of this attacker and round.
        let random: CounterRandom
        /// Random numbers of this attacker, the same in every round.
        let constant: CounterRandom
    }

    /// The update sent, before it is encoded.
    func update(_ known: Knowledge) -> [Float] {
        let count = known.own.count
        switch self {
        case .signFlip: return known.own.map { -$0 }
        case .signFlipTenfold: return known.own.map { -10 * $0 }
        case .noise: return direction(known.random, count, norm: norm(known.own))
        case .littleIsEnough: return littleIsEnough(known.honest, deviations: 1.5)
        case .innerProduct: return mean(known.honest).map { -0.5 * $0 }
        case .mimic: return known.honest[0]
        case .shuffledText: return known.own
        case .zeros: return [Float](repeating: 0, count: count)
        case .stale: return known.previous ?? known.own
        case .noisyCopy:
            let copied = known.honest[known.honest.count - 1]
            return sum(copied, direction(known.random, count, norm: norm(copied) / 2))
        case .squatting: return squatting(known)
        case .drift:
            return sum(known.own, direction(known.constant, count, norm: norm(known.own) / 2))
        }
    }

    /// The mean of the honest less some standard deviations, coordinate by coordinate.
    private func littleIsEnough(_ honest: [[Float]], deviations: Float) -> [Float] {
        let mean = mean(honest)
        return mean.indices.map { index in
            let squares = honest.reduce(Float(0)) {
                $0 + ($1[index] - mean[index]) * ($1[index] - mean[index])
            }
            return mean[index] - deviations * (squares / Float(honest.count)).squareRoot()
        }
    }

    /// All weight on the same elements of every chunk, as long as an honest update.
    private func squatting(_ known: Knowledge) -> [Float] {
        var update = [Float](repeating: 0, count: known.own.count)
        for tensor in known.layout.tensors {
            for start in stride(from: 0, to: tensor.range.count, by: known.codec.chunk) {
                let length = min(known.codec.chunk, tensor.range.count - start)
                for place in 0..<known.codec.keptCount(length) {
                    update[tensor.range.lowerBound + start + place] = 1
                }
            }
        }
        let scale = norm(known.honest[0]) / norm(update)
        return update.map { $0 * scale }
    }

    private func direction(_ random: CounterRandom, _ count: Int, norm length: Float) -> [Float] {
        let vector = (0..<count).map { random.normal(at: UInt64($0)) }
        let scale = length / norm(vector)
        return vector.map { $0 * scale }
    }

    private func norm(_ vector: [Float]) -> Float {
        Float(vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    }

    private func mean(_ vectors: [[Float]]) -> [Float] {
        vectors[0].indices.map { index in
            vectors.reduce(Float(0)) { $0 + $1[index] } / Float(vectors.count)
        }
    }

    private func sum(_ left: [Float], _ right: [Float]) -> [Float] { zip(left, right).map(+) }
}
