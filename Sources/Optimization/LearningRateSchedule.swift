import Numerics

/// The learning rate as a function of the run's step, the same for every worker.
///
/// Everything is computed in double and rounded once, with our own cosine.
package struct LearningRateSchedule: Sendable, Equatable {
    /// How the rate moves between the steps that are named.
    package enum Shape: Sendable, Equatable {
        /// Warm-up, then the peak throughout.
        case constant
        /// Warm-up, then along a line to the final fraction at the last step.
        case linear
        /// Warm-up, then along half a cosine to the final fraction at the last step.
        case cosine
        /// Warm-up, the peak, then along a line over the last `decaySteps` steps.
        case warmupStableDecay(decaySteps: Int)
    }

    /// The kind of curve.
    package let shape: Shape
    /// The highest rate.
    package let peak: Double
    /// Steps over which the rate rises along a line from 0 to the peak.
    package let warmupSteps: Int
    /// Steps of the whole run, after which the rate stays at its last value.
    package let totalSteps: Int
    /// The last rate as a fraction of the peak.
    package let finalFraction: Double

    /// Describes a schedule; steps must not be negative, and fractions lie from 0 to 1.
    package init(
        _ shape: Shape, peak: Double, warmupSteps: Int = 0, totalSteps: Int = 0,
        finalFraction: Double = 0
    ) {
        precondition(warmupSteps >= 0 && totalSteps >= 0, "steps are not negative")
        self.shape = shape
        self.peak = peak
        self.warmupSteps = warmupSteps
        self.totalSteps = totalSteps
        self.finalFraction = finalFraction
    }

    /// The rate of step `step`, counted from 0 over the whole run.
    ///
    /// During warm-up it is peak · (step + 1) / warm-up steps, so the first step moves already.
    package func rate(at step: Int) -> Float {
        precondition(step >= 0, "steps count from 0")
        if step < warmupSteps {
            return Float(peak * (Double(step + 1) / Double(warmupSteps)))
        }
        return Float(peak * fraction(at: step))
    }

    private func fraction(at step: Int) -> Double {
        switch shape {
        case .constant: return 1
        case .linear: return interpolate(1 - progress(step, from: warmupSteps))
        case .cosine:
            let turn = ElementaryFunctions.sineAndCosine(
                turns: progress(step, from: warmupSteps) / 2)
            return interpolate(0.5 * (1 + turn.cosine))
        case .warmupStableDecay(let decaySteps):
            let start = max(warmupSteps, totalSteps - decaySteps)
            return interpolate(1 - progress(step, from: start))
        }
    }

    /// How far `step` is from `start` on the way to the last step, from 0 to 1.
    private func progress(_ step: Int, from start: Int) -> Double {
        guard step < totalSteps else { return 1 }
        guard step > start else { return 0 }
        return Double(step - start) / Double(totalSteps - start)
    }

    /// The final fraction at weight 0, 1 at weight 1.
    private func interpolate(_ weight: Double) -> Double {
        finalFraction + (1 - finalFraction) * weight
    }
}
