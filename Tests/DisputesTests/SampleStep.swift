import Corpus
import Disputes
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Training

/// A step of a sample round, written out by the worker.
struct SampleStep {
    let trace: StepTrace
    let graph: StepGraph
    let beginning: StepBeginning
    let subject: StepTrace.Subject
    /// The roots of training itself before and after the step.
    let openingRoot, closingRoot: Digest

    static let arithmetic = Arithmetic(threads: 2)

    /// The step after `steps` others of the first worker's round.
    init(_ round: SampleRound, steps: Int) throws {
        let inputs = round.inputs(worker: 0)
        var local = LocalRound(inputs, microBatch: 2, arithmetic: SampleStep.arithmetic)
        for _ in 0..<steps { try local.advance() }
        openingRoot = local.stateRoot()
        let next = local.nextStep
        graph = StepGraph.step(
            of: round.run.model, sequences: next.sequences.count,
            tokens: round.run.data.sequenceLength)
        guard
            let constants = StepConstants(
                round.run, predictedTokens: next.sequences.reduce(0) { $0 + $1.predictedCount },
                learningRate: next.learningRate, optimizerStep: next.optimizerStep)
        else { preconditionFailure("the sample descends by AdamW") }
        beginning = StepBeginning(
            graph, sequences: next.sequences, constants: constants,
            buffers: Dictionary(
                uniqueKeysWithValues: next.buffers.map { ($0.name, FloatView(copying: $0.values.array)) }))
        subject = StepTrace.Subject(
            contribution: Digest(hashing: []), run: round.run.digest, round: 1,
            worker: inputs.worker, step: steps, optimizerSteps: steps)
        trace = StepTrace(
            subject, StepValues(graph, beginning: beginning, arithmetic: SampleStep.arithmetic),
            signedBy: SampleRound.keys[0], arithmetic: SampleStep.arithmetic)
        try local.advance()
        closingRoot = local.stateRoot()
    }
}
