package import LanguageModel
package import Numerics

extension LocalRound {
    /// What the next step is computed from, beside the state.
    package struct NextStep: Sendable {
        /// The rows of its batch.
        package let sequences: [TokenSequence]
        /// Its learning rate.
        package let learningRate: Float
        /// Its number, from 1, since the worker's moments were zero.
        package let optimizerStep: Int
    }

    /// The next step's; the round must not be complete.
    package var nextStep: NextStep {
        precondition(!isComplete)
        return NextStep(
            sequences: batch(step), learningRate: learningRate, optimizerStep: optimizerSteps + 1)
    }

    /// Optimizer steps taken since the worker's moments were zero.
    package var optimizerSteps: Int { optimizerStepsBefore + step }

    /// The state's buffers in the order of its root; they are the round's own.
    package var stateBuffers: [(name: String, values: WeightStorage)] {
        [
            ("parameters", parameters), ("first_moment", .float32(firstMoment)),
            ("second_moment", .float32(secondMoment)), ("residual", .float32(residual)),
        ]
    }
}
