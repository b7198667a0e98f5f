import Disputes
import Encodings
import Identity
import Numerics
import Rounds
import SampleRound
import Storage
import Training

/// Somebody changes one random element of a random operator of a step of a 12-layer model by one unit in
/// the last place, goes on with it and signs everything.
///
/// `interop-disputes DIRECTORY COUNT` does so COUNT times, bisects each against an honest trace, and
/// writes the fraud proofs, `0.json` and on, and beside each, `0.honest.json`, the same proof against
/// the honest party.
@main
enum DisputesTool {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int(arguments[2]) else {
            fatalError("usage: interop-disputes DIRECTORY COUNT")
        }
        let arithmetic = Arithmetic(threads: 2)
        let sample = try Sample(arithmetic)
        let honest = sample.trace(by: 1) { _, _ in }
        let random = CounterRandom(seed: 12)
        let operators = sample.beginning.graph.operators
        var (draws, written) = (UInt64(0), 0)
        while written < count {
            let number = Int(random.integer(below: UInt64(operators.count), at: 2 * draws))
            let step = operators[number]
            let element = Int(
                random.integer(below: UInt64(step.shape.count), at: 2 * draws + 1))
            draws += 1
            guard step.kind != .source, step.kind != .state else { continue }
            let lie = sample.trace(by: 0) { index, value in
                guard index == number else { return }
                value[element] = value[element].isFinite ? value[element].nextUp : 0
            }
            guard
                case .fraud(let proof, let liar) = try Bisection(
                    lie, honest, arithmetic: arithmetic
                ).answer(), liar == SampleRound.keys[0].publicKey, proof.number == number,
                proof.row * step.shape.columns + proof.column == element
            else { fatalError("element \(element) of operator \(number) was not found") }
            let against = FraudProof(
                against: honest, number: number, row: proof.row, column: proof.column,
                correct: proof.correct, arithmetic: arithmetic)
            let path = { (suffix: String) in Files.join(arguments[1], "\(written)\(suffix).json") }
            try Files.writeAtomically(path: path(""), proof.bytes)
            try Files.writeAtomically(path: path(".honest"), against.bytes)
            written += 1
        }
    }

    /// A step of a model of twelve layers.
    private struct Sample {
        let beginning: StepBeginning
        let contribution: TracedContribution
        let arithmetic: Arithmetic

        init(_ arithmetic: Arithmetic) throws {
            let round = SampleRound.sample([
                "model.num_hidden_layers": 12, "model.hidden_size": 64,
                "model.intermediate_size": 160, "model.vocab_size": 5_000,
                "model.head_dim": 16, "round.batch": 8,
            ])
            var local = LocalRound(
                round.inputs(worker: 0), microBatch: 8, arithmetic: arithmetic)
            try local.advance()
            guard let beginning = StepBeginning(local) else {
                fatalError("the sample can be written out")
            }
            self.beginning = beginning
            self.arithmetic = arithmetic
            contribution = TracedContribution(
                digest: Digest(hashing: []), run: round.run.digest, round: 1,
                worker: local.inputs.worker)
        }

        func trace(by signer: Int, alter: (Int, FloatView) -> Void) -> StepTrace {
            StepTrace(
                of: contribution, at: StepTrace.Place(step: 1, optimizerSteps: 1),
                StepValues(beginning, arithmetic: arithmetic, alter: alter),
                signedBy: SampleRound.keys[signer], arithmetic: arithmetic)
        }
    }
}
