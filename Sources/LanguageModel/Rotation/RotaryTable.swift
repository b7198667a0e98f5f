import Numerics

/// Cosines and sines of the rotary position embedding, `[positions, D/2]`.
///
/// Source: J. Su and others, "RoFormer", 2021, the halves of a head rotated against each other.
/// Pair i of position p turns by p·f(i), f from `RotaryFrequencies`, computed in double and rounded
/// once.
struct RotaryTable {
    /// Positions in the table.
    let positions: Int
    /// Elements of a head, D.
    let headSize: Int
    /// The sequence length it is for, if the frequencies depend on it.
    let length: Int?
    let cosines: FloatView
    let sines: FloatView

    /// The table of a model's first `positions` positions in sequences of `length` tokens.
    init(_ model: ModelConfiguration, positions: Int, length: Int) {
        self.positions = positions
        headSize = model.headSize
        self.length = model.rotaryLength(of: length)
        let half = headSize / 2
        cosines = FloatView(count: positions * half)
        sines = FloatView(count: positions * half)
        let frequencies = RotaryFrequencies(model, length: length)
        for (pair, frequency) in frequencies.values.enumerated() {
            for position in 0..<positions {
                let (sine, cosine) = ElementaryFunctions.sineAndCosine(Double(position) * frequency)
                cosines[position * half + pair] = Float(cosine * frequencies.amplitude)
                sines[position * half + pair] = Float(sine * frequencies.amplitude)
            }
        }
    }
}

extension ModelConfiguration {
    /// The cosines, then the sines, by which each position of a sequence of `tokens` tokens turns,
    /// `[T, D]`.
    package func rotation(tokens: Int) -> [Float] {
        let table = RotaryTable(self, positions: tokens, length: tokens)
        let half = headSize / 2
        return (0..<tokens).flatMap { position in
            let pairs = position * half..<(position + 1) * half
            return table.cosines[pairs].array + table.sines[pairs].array
        }
    }
}
