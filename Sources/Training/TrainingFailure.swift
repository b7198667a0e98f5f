import Rounds

/// A step after which training cannot go on: its numbers are not finite.
package struct TrainingFailure: Error, Equatable, CustomStringConvertible {
    /// The inner step, from 0.
    package let step: Int
    /// What was expected, and what was found.
    package let reason: String

    init(step: Int, _ reason: String) {
        self.step = step
        self.reason = reason
    }

    /// A step whose loss no claim can state, or whose gradient is not finite.
    init(step: Int, loss: Double, gradientNorm: Float) {
        // The sign of a NaN may differ between machines.
        let found = loss.isNaN ? "nan" : "\(loss)"
        let norm = gradientNorm.isNaN ? "nan" : "\(gradientNorm)"
        self.init(
            step: step,
            "expected a loss of at most \(stepLimit / 1_000_000) nats and a finite gradient, "
                + "found loss \(found) and gradient norm \(norm)")
    }

    package var description: String { "step \(step + 1): \(reason)" }
}
