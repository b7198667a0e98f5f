import Corpus
package import LanguageModel
package import Numerics
import Optimization
import Rounds

/// What the run's optimizer makes of a gradient, and of a whole round.
extension LocalRound {
    /// The learning rate of the next step.
    ///
    /// Every worker advances the schedule by `round.steps` a round, whatever its share of batches.
    var learningRate: Float {
        let perRound = inputs.run.round.steps
        let steps = step * perRound / Int(inputs.assignment.steps)
        return warmed(
            inputs.run.schedule.rate(at: (inputs.round - 1) * perRound + steps), step: step)
    }

    /// A rate as a worker that began afresh not long ago takes it.
    private func warmed(_ rate: Float, step: Int) -> Float {
        let (taken, warmup) = (
            optimizerStepsBefore + step + 1, inputs.run.optimizer.joinerWarmupSteps
        )
        guard taken < warmup else { return rate }
        return Float(Double(rate) * (Double(taken) / Double(warmup)))
    }

    /// Takes a step from the gradient of a batch, whose norm is known.
    func descend(_ gradient: FloatStorage, norm: Float, learningRate: Float) {
        let settings = inputs.run.optimizer
        let scale = settings.gradientClip.map {
            GradientNorm.clipScale(norm: norm, maximum: $0)
        }
        switch settings.rule {
        case .adamW(let constants):
            AdamW(constants).step(
                parameters: parameters, gradient: gradient, firstMoment: firstMoment,
                secondMoment: secondMoment, layout: inputs.base.layout,
                learningRate: learningRate, step: optimizerStepsBefore + step + 1,
                gradientScale: scale ?? 1, rounding: rounding, arithmetic: arithmetic)
        case .muon(let constants):
            Muon(constants).step(
                parameters: parameters, gradient: gradient, firstMoment: firstMoment,
                secondMoment: secondMoment, layout: inputs.base.layout,
                learningRate: learningRate, step: optimizerStepsBefore + step + 1,
                gradientScale: scale ?? 1, rounding: rounding, arithmetic: arithmetic)
        case .sgd:
            Displacement.add(
                gradient, gradientScale: scale ?? 1, times: learningRate, to: firstMoment,
                arithmetic)
            Displacement.place(
                parameters, at: inputs.base.parameters, less: firstMoment, arithmetic)
        case .gradient:
            Displacement.add(
                gradient, gradientScale: 1, times: shareOfTokens(step), to: firstMoment,
                arithmetic)
        }
    }

    /// The predicted tokens of a step's batch among those of the whole assignment.
    private func shareOfTokens(_ step: Int) -> Float {
        let tokens = inputs.assignment.sequences(ofStep: step).reduce(0) {
            $0 + inputs.corpus.predictedCount(ofSequence: Int($1))
        }
        return Float(
            Double(tokens) / Double(inputs.corpus.predictedCount(of: inputs.assignment)))
    }

    /// What the displacement is multiplied by, clip first and rate second, for the pseudo-gradient.
    var displacementScale: (clip: Float, rate: Float) {
        guard case .gradient(let settings) = inputs.run.optimizer.rule else { return (1, 1) }
        let clip = inputs.run.optimizer.gradientClip.map {
            GradientNorm.clipScale(
                norm: GradientNorm.globalNorm(firstMoment, arithmetic), maximum: $0)
        }
        let rate = warmed(inputs.run.roundRate(inputs.round), step: 0)
        return (clip ?? 1, settings.timesRate ? rate : 1)
    }

    /// What the round's steps add up to in one tensor, positive where weights fall.
    package func pseudoGradient(of tensor: ParameterTensor) -> FloatView {
        let values = FloatView(count: tensor.range.count)
        pseudoGradient(tensor, scale: displacementScale, into: values)
        return values
    }

    /// Writes the pseudo-gradient of one tensor.
    func pseudoGradient(
        _ tensor: ParameterTensor, scale: (clip: Float, rate: Float), into values: FloatView
    ) {
        if inputs.run.optimizer.keepsDisplacement {
            arithmetic.scale(firstMoment.view[tensor.range], by: scale.clip, into: values)
            arithmetic.scale(values, by: scale.rate, into: values)
            return
        }
        let base = inputs.base.parameters.view[tensor.range]
        let trained = parameters.view[tensor.range].floats
        let isRounded = inputs.precision == .bfloat16
        for index in values.indices {
            let start = isRounded ? BFloat16.nearest(base[index]) : base[index]
            values[index] = start - trained[index]
        }
    }
}

extension LocalRound.Inputs {
    /// The weights the round begins with: a copy of the base's, maybe where the residual would
    /// lead, maybe rounded.
    func startingWeights(_ arithmetic: Arithmetic) -> WeightStorage {
        let start = base.parameters.copy()
        lookAhead(start)
        guard precision == .bfloat16 else { return .float32(start) }
        let rounded = BFloat16Storage(count: start.count)
        arithmetic.narrow(start.view, to: rounded)
        return .bfloat16(rounded)
    }

    /// Moves weights by the last round's rate against the signs of the residual.
    private func lookAhead(_ weights: FloatStorage) {
        guard run.optimizer.looksAhead, round > 1, let residual = state?.state.residual else {
            return
        }
        let (moved, signs) = (weights.view, residual.view)
        let rate = run.roundRate(round - 1)
        for index in signs.indices where signs[index] != 0 {
            moved[index] -= signs[index] > 0 ? rate : -rate
        }
    }
}
