import Artifacts
import Encodings
import Identity
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Testing

@Suite("Worker states") struct WorkerStateTests {
    let layout = SampleRound.first.base.layout

    /// A state with different numbers everywhere.
    var state: WorkerState {
        let buffers = (1...3).map { factor in
            FloatStorage(copying: (0..<layout.count).map { Float($0 * factor) * 0.125 })
        }
        return WorkerState(
            run: SampleRound.first.run.digest, worker: SampleRound.keys[0].publicKey, round: 3,
            optimizerSteps: 12, firstMoment: buffers[0], secondMoment: buffers[1],
            residual: buffers[2])
    }

    @Test func readBackEqual() throws {
        let artifact = state.artifact(layout: layout)
        let read = try WorkerState(artifact, layout: layout)
        #expect(read.run == state.run)
        #expect(read.worker == state.worker)
        #expect(read.round == 3)
        #expect(read.optimizerSteps == 12)
        #expect(read.firstMoment.view.array == state.firstMoment.view.array)
        #expect(read.secondMoment.view.array == state.secondMoment.view.array)
        #expect(read.residual.view.array == state.residual.view.array)
        #expect(read.artifact(layout: layout) == artifact)
    }

    @Test func haveTwoMembers() {
        let artifact = state.artifact(layout: layout)
        #expect(artifact.kind == .workerState)
        #expect(artifact.paths == ["state.json", "state.safetensors"])
    }

    @Test(
        "a description that is not as specified is refused",
        arguments: [
            ("\"round\": 3", "\"round\": 0", "field 'round': expected an integer from 1"),
            (
                "\"optimizer_steps\": 12", "\"optimizer_steps\": 1.5",
                "field 'optimizer_steps': expected an integer from 0"
            ),
            ("\"round\": 3", "\"round\": 3, \"x\": 0", "unknown field 'x'"),
            ("\"worker\"", "\"miner\"", "missing field 'worker'"),
        ])
    func refusesADescription(old: String, new: String, reason: String) {
        let artifact = state.artifact(layout: layout).replacing(old, by: new, in: "state.json")
        let line = refusal { _ = try WorkerState(artifact, layout: layout) }
        #expect(line?.hasPrefix("state.json: \(reason)") == true, "\(line ?? "accepted")")
    }

    @Test func refusesTheStateOfAnotherModel() throws {
        let run = try SampleRun.run(["model.num_hidden_layers": 1])
        let other = ParameterLayout(run.model)
        let line = refusal { _ = try WorkerState(state.artifact(layout: layout), layout: other) }
        #expect(
            line == "state.safetensors: expected \(3 * other.tensors.count) tensors, "
                + "found \(3 * layout.tensors.count)")
    }

    @Test func refusesNumbersThatAreNotFinite() {
        let broken = state
        broken.residual.view[0] = .infinity
        let line = refusal { _ = try WorkerState(broken.artifact(layout: layout), layout: layout) }
        #expect(
            line == "state.safetensors: tensor 'residual.model.embed_tokens.weight': "
                + "expected finite numbers")
    }
}
