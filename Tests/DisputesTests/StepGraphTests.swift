import Disputes
import Encodings
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Testing
import Training

/// A step written out operator by operator.
@Suite("The graph of a step")
struct StepGraphTests {
    static let samples: [(name: String, round: SampleRound)] = [
        ("the sample", .first), ("verses that do not see each other", .verses),
        ("embeddings of their own", .sample(["model.tie_word_embeddings": false])),
        ("z-loss", .sample(["optimizer.z_loss": .number("1.0e-2")])),
        ("biases", .sample(["model.model_type": "qwen2"])),
    ]

    @Test("ends in the state in which training ends", arguments: samples.indices)
    func agreesWithTraining(index: Int) throws {
        let (name, round) = StepGraphTests.samples[index]
        let step = try SampleStep(round, steps: 2)
        let statement = step.trace(by: 0).statement
        #expect(statement.opening == step.openingRoot, "\(name)")
        #expect(statement.closing == step.closingRoot, "\(name)")
    }

    @Test(
        "of a compression ends in the residual that the worker keeps",
        arguments: ["sign", "unit-sign", "two-bit", "int8", "fp4", "float16", "float32"])
    func compression(values: String) throws {
        let round = SampleRound.sample(["codec.values": .string(values)])
        let inputs = round.inputs(worker: 0)
        var local = LocalRound(inputs, microBatch: 2, arithmetic: SampleStep.arithmetic)
        while !local.isComplete { try local.advance() }
        let step = StepValues(
            try #require(StepBeginning(local)), arithmetic: SampleStep.arithmetic)
        let residual = try local.finish().state.residual
        for tensor in inputs.base.layout.tensors {
            let number = try #require(step.graph.closing[.init("residual", tensor.name)])
            #expect(
                step.values[number].array.map(\.bitPattern)
                    == residual.view[tensor.range].array.map(\.bitPattern), "\(tensor.name)")
        }
    }

    @Test("is none where the run's method cannot be written out")
    func othersHaveNone() throws {
        for method in SampleMethod.all where method.changes["optimizer"] != nil {
            let local = LocalRound(
                method.round.inputs(worker: 0), microBatch: 2, arithmetic: SampleStep.arithmetic)
            let isAdamW = ["diloco", "radial", "sparseloco", "ccloco"].contains(method.description)
            #expect((StepBeginning(local) != nil) == isAdamW, "\(method)")
        }
    }
}
