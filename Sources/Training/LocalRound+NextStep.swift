package import LanguageModel
package import Numerics

extension LocalRound {
    /// What the next step is computed from, for whoever writes the step out operator by operator.
    package struct NextStep: Sendable {
        /// The rows of its batch.
        package let sequences: [TokenSequence]
        /// Its learning rate.
        package let learningRate: Float
        /// Its number, from 1, since the worker's moments were zero.
        package let optimizerStep: Int
        /// The buffers of the state in the order of the root; those of the round itself.
        package let buffers: [(name: String, values: WeightView)]
    }

    /// The next step's; the round must not be complete.
    package var nextStep: NextStep {
        precondition(!isComplete)
        return NextStep(
            sequences: batch(step), learningRate: learningRate,
            optimizerStep: optimizerStepsBefore + step + 1,
            buffers: stateBuffers.map { ($0.name, $0.values.view) })
    }
}
