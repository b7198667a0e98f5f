import Aggregation
import Artifacts
import Encodings
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Testing

@Suite("The outer step") struct OuterStepTests {
    /// A checkpoint whose weights are all `weight`, with `momentum` everywhere if given.
    static func checkpoint(_ weight: Float, momentum: Float? = nil) -> Checkpoint {
        let base = SampleRound.first.base
        return Checkpoint(
            configuration: base.configuration, parameters: constant(weight),
            outerMomentum: momentum.map(constant), tokenizer: base.tokenizer,
            endToken: base.endToken, lineage: base.lineage)
    }

    static func constant(_ value: Float) -> FloatStorage {
        let storage = FloatStorage(count: SampleRound.first.base.layout.count)
        storage.view.fill(value)
        return storage
    }

    static func settings(rate: String, momentum: String) throws -> MergeSettings {
        try SampleRun.run(["merge.rate": .number(rate), "merge.momentum": .number(momentum)]).merge
    }

    @Test("without momentum is θ − a·D") func plain() throws {
        let (weights, momentum) = OuterStep.apply(
            pseudoGradient: Self.constant(2), to: Self.checkpoint(1),
            settings: try Self.settings(rate: "0.25", momentum: "0.0"))
        #expect(weights.view.array.allSatisfy { $0 == 0.5 })
        #expect(momentum == nil)
    }

    @Test("with momentum μ, the first step is (1 + μ)·a·D") func firstStep() throws {
        let (weights, momentum) = OuterStep.apply(
            pseudoGradient: Self.constant(1), to: Self.checkpoint(0),
            settings: try Self.settings(rate: "0.5", momentum: "0.5"))
        #expect(weights.view.array.allSatisfy { $0 == -0.75 })
        #expect(momentum?.view.array.allSatisfy { $0 == 1 } == true)
    }

    @Test("the second step of the same D is (1 + μ + μ²)·a·D") func secondStep() throws {
        let (weights, momentum) = OuterStep.apply(
            pseudoGradient: Self.constant(1), to: Self.checkpoint(-0.75, momentum: 1),
            settings: try Self.settings(rate: "0.5", momentum: "0.5"))
        #expect(weights.view.array.allSatisfy { $0 == -0.75 - 0.875 })
        #expect(momentum?.view.array.allSatisfy { $0 == 1.5 } == true)
    }

    @Test("the inputs are left alone") func pure() throws {
        let base = Self.checkpoint(1, momentum: 2)
        _ = OuterStep.apply(
            pseudoGradient: Self.constant(1), to: base,
            settings: try Self.settings(rate: "0.5", momentum: "0.5"))
        #expect(base.artifact.digest == base.digest)
    }
}
