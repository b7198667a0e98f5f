import Numerics

/// Cosines and sines of the rotary position embedding, `[positions, D/2]`.
///
/// Source: J. Su and others, "RoFormer", 2021, the halves of a head rotated against each other.
/// Pair i of position p turns by p·θ^(−2i/D), computed in double and rounded once.
struct RotaryTable {
    /// Positions in the table.
    let positions: Int
    /// Elements of a head, D.
    let headSize: Int
    let cosines: FloatView
    let sines: FloatView

    init(positions: Int, headSize: Int, theta: Double) {
        self.positions = positions
        self.headSize = headSize
        let half = headSize / 2
        cosines = FloatView(count: positions * half)
        sines = FloatView(count: positions * half)
        let exponent = -ElementaryFunctions.log(theta)
        for pair in 0..<half {
            let frequency = ElementaryFunctions.exp(
                exponent * (Double(2 * pair) / Double(headSize)))
            for position in 0..<positions {
                let (sine, cosine) = ElementaryFunctions.sineAndCosine(Double(position) * frequency)
                cosines[position * half + pair] = Float(cosine)
                sines[position * half + pair] = Float(sine)
            }
        }
    }
}
