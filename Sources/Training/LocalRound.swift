import Artifacts
import Corpus
import Encodings
import Identity
package import LanguageModel
package import Numerics
import Optimization
package import Rounds
package import Storage
import UpdateCodec

/// One worker's work of one round: from a base checkpoint, a state and an assignment to a
/// contribution and the next state.
///
/// A pure function of its inputs: `nous-train` runs it to train, `nous-verify` to replay.
package struct LocalRound {
    /// The public inputs and the worker's own.
    package let inputs: Inputs
    /// Inner steps taken.
    package internal(set) var step = 0

    /// What it is computed with.
    package let arithmetic: Arithmetic
    private let activations: ActivationPlan
    private let model: LanguageModel
    /// What decides which way weights are rounded, in bfloat16.
    let rounding: CounterRandom
    let parameters: WeightStorage
    /// Memory for gradients, once there are any; at the end of the round, the new residual.
    private var gradient: FloatStorage?
    let firstMoment: FloatStorage
    let secondMoment: FloatStorage
    let residual: FloatStorage
    let optimizerStepsBefore: Int
    private let commitsToStates: Bool
    /// The losses of the steps taken so far, in micronats.
    package internal(set) var losses: [Int64] = []
    /// The segments of the steps taken so far.
    package internal(set) var trace: [TraceSegment] = []
    /// The root of the state before the segment of the next step.
    package internal(set) var opening: Digest

    /// The beginning of a round; `activations` and the threads of `arithmetic` leave the bits alone.
    ///
    /// A round that `ownsState` trains in the moments of `inputs.state`, which are then no longer
    /// the state's; otherwise in copies. One that does not commit to states has the digest of nothing
    /// for every state: one of class `tolerant`, or for studies, whose contribution nobody accepts.
    /// One that `movesFirst` to a later segment has it for its beginning alone.
    package init(
        _ inputs: Inputs, activations: ActivationPlan, ownsState: Bool = false,
        commitsToStates: Bool = true, movesFirst: Bool = false, arithmetic: Arithmetic
    ) {
        self.inputs = inputs
        self.arithmetic = arithmetic
        self.activations = activations
        let count = inputs.base.layout.count
        self.commitsToStates = commitsToStates && inputs.arithmetic != .tolerant
        parameters = inputs.startingWeights(arithmetic)
        let state = inputs.state?.state
        func moment(_ kept: FloatStorage?) -> FloatStorage {
            guard let kept else { return FloatStorage(count: count) }
            return ownsState ? kept : kept.copy()
        }
        firstMoment = moment(state?.firstMoment)
        secondMoment = moment(state?.secondMoment)
        residual = state?.residual ?? FloatStorage(count: count)
        optimizerStepsBefore = state?.optimizerSteps ?? 0
        rounding = inputs.rounding
        model = LanguageModel(
            configuration: inputs.base.configuration, parameters: parameters,
            arithmetic: arithmetic)
        opening = Digest(hashing: [])
        if !movesFirst { opening = stateRoot() }
    }

    /// The beginning of a round that keeps the activations of `microBatch` sequences.
    package init(_ inputs: Inputs, microBatch: Int, arithmetic: Arithmetic) {
        self.init(
            inputs, activations: ActivationPlan(microBatch: microBatch), arithmetic: arithmetic)
    }

    /// Whether every assigned step is done.
    package var isComplete: Bool { step == Int(inputs.assignment.steps) }

    /// The losses of held-out sequences under the weights of now, in nats, by predicted token.
    package func losses(of sequences: [TokenSequence]) -> [Float] {
        model.losses(of: sequences, microBatch: activations.microBatch)
    }

    /// Takes one inner step: gradient of a batch, clipping, and what the optimizer makes of it.
    ///
    /// Asks `isToStop` between micro-batches; then the step is forgotten and nil returned.
    @discardableResult
    package mutating func advance(
        unless isToStop: () -> Bool = { false }
    ) throws(TrainingFailure) -> StepReport? {
        precondition(!isComplete)
        let gradient = self.gradient ?? FloatStorage(count: inputs.base.layout.count)
        self.gradient = gradient
        guard let loss = accumulateGradients(into: gradient, unless: isToStop) else { return nil }
        let norm = GradientNorm.globalNorm(gradient, arithmetic)
        guard norm.isFinite, let micronats = LocalRound.micronats(loss) else {
            throw TrainingFailure(step: step, loss: loss, gradientNorm: norm)
        }
        if let limit = inputs.run.optimizer.gradientNormLimit, norm > limit {
            throw TrainingFailure(
                step: step, "expected a gradient norm of at most \(limit), found \(norm)")
        }
        let learningRate = learningRate
        descend(gradient, norm: norm, learningRate: learningRate)
        losses.append(micronats)
        step += 1
        closeSegmentIfDue()
        return StepReport(
            lossMicronats: micronats, learningRate: learningRate, gradientNorm: norm)
    }

    /// The gradient of this step's batch; gives the mean loss, or nil when told to stop.
    private func accumulateGradients(
        into gradient: FloatStorage, unless isToStop: () -> Bool
    ) -> Double? {
        let sequences = batch(step)
        let tokens = sequences.reduce(0) { $0 + $1.predictedCount }
        gradient.view.fill(0)
        var sum = 0.0
        for start in stride(from: 0, to: sequences.count, by: activations.microBatch) {
            guard !isToStop() else {
                model.abandonStep()
                return nil
            }
            let end = min(start + activations.microBatch, sequences.count)
            let losses = model.accumulateGradients(
                of: Array(sequences[start..<end]), into: gradient, lossScale: 1 / Float(tokens),
                zLoss: inputs.run.optimizer.zLoss, plan: activations,
                endsStep: end == sequences.count)
            for loss in losses { sum += Double(loss) }
        }
        return sum / Double(tokens)
    }

    /// The contribution and the state the worker goes on with.
    package func finish() throws(TrainingFailure) -> (
        contribution: Contribution, state: WorkerState
    ) {
        precondition(isComplete)
        model.releaseMemory()
        let (update, newResidual) = compress()
        // A number that is not finite in the weights or the update is one in the residual too.
        guard newResidual.view.indices.allSatisfy({ newResidual.view[$0].isFinite }) else {
            throw TrainingFailure(step: step - 1, "expected a finite update, found another")
        }
        if inputs.run.optimizer.keepsDisplacement { firstMoment.view.fill(0) }
        let state = WorkerState(
            run: inputs.run.digest, worker: inputs.worker, round: inputs.round,
            optimizerSteps: optimizerSteps, firstMoment: firstMoment,
            secondMoment: secondMoment, residual: newResidual)
        let claim = Claim(
            run: inputs.run.digest, round: inputs.round, base: inputs.base.digest,
            worker: inputs.worker, assignment: inputs.assignment.digest,
            data: inputs.corpus.dataRoot, arithmetic: inputs.arithmetic, steps: step,
            tokens: inputs.corpus.predictedCount(of: inputs.assignment),
            losses: losses, stateBefore: inputs.state?.digest,
            stateAfter: commitsToStates
                ? state.artifact(layout: inputs.base.layout).digest : Digest(hashing: []))
        return (Contribution(claim: claim, trace: trace, update: update), state)
    }

    /// The mean loss as contributions state it; nil if it is none that a reader accepts.
    private static func micronats(_ loss: Double) -> Int64? {
        let micronats = (loss * 1e6).rounded(.toNearestOrEven)
        return (0...Double(stepLimit)).contains(micronats) ? Int64(micronats) : nil
    }

    /// The sequences of one inner step, T + 1 tokens each.
    func batch(_ step: Int) -> [TokenSequence] {
        inputs.assignment.sequences(ofStep: step).map {
            inputs.corpus.tokenSequence(
                Int($0), of: .train, resetsAttention: inputs.run.data.resetsAttention)
        }
    }

    private mutating func closeSegmentIfDue() {
        guard step % inputs.run.round.segmentSteps == 0 || isComplete else { return }
        let closing = stateRoot()
        let first = trace.steps
        trace.append(
            TraceSegment(firstStep: first, steps: step - first, opening: opening, closing: closing)
        )
        opening = closing
    }

    /// The root over the state of now.
    package func stateRoot() -> Digest {
        guard commitsToStates else { return Digest(hashing: []) }
        return StateRoot.root(
            steps: step, optimizerSteps: optimizerSteps, buffers: stateBuffers,
            layout: inputs.base.layout, arithmetic: arithmetic)
    }

    /// Compresses the pseudo-gradient plus the fed-back residual; what is not sent is the new
    /// residual, in the gradient's memory.
    private func compress() -> (update: [EncodedTensor], residual: FloatStorage) {
        let settings = inputs.run.codec
        let withheld = gradient ?? FloatStorage(count: inputs.base.layout.count)
        let scale = displacementScale
        let (all, old) = (withheld.view, residual.view)
        let update = inputs.base.layout.tensors.map { tensor in
            let values = all[tensor.range]
            pseudoGradient(tensor, scale: scale, into: values)
            arithmetic.addScaled(
                old[tensor.range], by: settings.errorFeedback, to: values)
            let encoded = settings.codec.encode(values, shape: tensor.shape, arithmetic)
            let fedBack = settings.feedback
            fedBack.subtract(
                fedBack == settings.codec
                    ? encoded : fedBack.encode(values, shape: tensor.shape, arithmetic),
                times: settings.feedbackShare, from: values, shape: tensor.shape, arithmetic)
            return encoded
        }
        return (update, withheld)
    }
}
