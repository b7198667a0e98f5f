import Disputes
import Numerics
import Rounds
import SampleRound
import Storage
import Training

/// A step of the first worker's share of a sample round, to be written out.
struct SampleStep {
    let beginning: StepBeginning
    let contribution: TracedContribution
    let place: StepTrace.Place
    /// The roots of training itself before and after the step.
    let openingRoot, closingRoot: Digest

    static let arithmetic = Arithmetic(threads: 2)

    /// The step after `steps` others; the compression, after all of them.
    init(_ round: SampleRound, steps: Int) throws {
        let inputs = round.inputs(worker: 0)
        var local = LocalRound(inputs, microBatch: 2, arithmetic: SampleStep.arithmetic)
        for _ in 0..<steps { try local.advance() }
        guard let beginning = StepBeginning(local) else {
            preconditionFailure("the sample can be written out")
        }
        self.beginning = beginning
        openingRoot = local.stateRoot()
        contribution = TracedContribution(
            digest: Digest(hashing: []), run: round.run.digest, round: 1, worker: inputs.worker)
        place = StepTrace.Place(step: steps, optimizerSteps: steps)
        if local.isComplete {
            closingRoot = openingRoot
        } else {
            try local.advance()
            closingRoot = local.stateRoot()
        }
    }

    /// The step as `signer` tells it, who may have altered values.
    func trace(
        by signer: Int, alter: (_ number: Int, _ value: FloatView) -> Void = { _, _ in }
    ) -> StepTrace {
        StepTrace(
            of: contribution, at: place,
            StepValues(beginning, arithmetic: SampleStep.arithmetic, alter: alter),
            signedBy: SampleRound.keys[signer], arithmetic: SampleStep.arithmetic)
    }
}
