/// A step whose loss or gradient is not a finite number.
package struct TrainingFailure: Error, CustomStringConvertible {
    /// The inner step, from 0.
    package let step: Int
    /// The mean loss, nats a token.
    package let loss: Double
    /// The global gradient norm.
    package let gradientNorm: Float

    package var description: String {
        "step \(step + 1): expected a finite loss and gradient, "
            + "found loss \(loss) and gradient norm \(gradientNorm)"
    }
}
