import Aggregation
import Artifacts
import Encodings
import LanguageModel
import Numerics
import Optimization
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

    static func step(
        _ gradient: Float, from base: Checkpoint, _ outer: JSON
    ) throws -> OuterStep.Result {
        OuterStep.apply(
            pseudoGradient: constant(gradient), to: base,
            of: try SampleRun.run(["outer": outer]), arithmetic: Arithmetic(threads: 1))
    }

    static func nesterov(rate: String, momentum: String) -> JSON {
        ["name": "nesterov", "rate": .number(rate), "momentum": .number(momentum)]
    }

    @Test("without momentum is θ − a·D") func plain() throws {
        let next = try Self.step(
            2, from: Self.checkpoint(1), Self.nesterov(rate: "0.25", momentum: "0.0"))
        #expect(next.parameters.view.array.allSatisfy { $0 == 0.5 })
        #expect(next.momentum == nil)
    }

    @Test("with momentum μ, the first step is (1 + μ)·a·D") func firstStep() throws {
        let next = try Self.step(
            1, from: Self.checkpoint(0), Self.nesterov(rate: "0.5", momentum: "0.5"))
        #expect(next.parameters.view.array.allSatisfy { $0 == -0.75 })
        #expect(next.momentum?.view.array.allSatisfy { $0 == 1 } == true)
    }

    @Test("the second step of the same D is (1 + μ + μ²)·a·D") func secondStep() throws {
        let next = try Self.step(
            1, from: Self.checkpoint(-0.75, momentum: 1),
            Self.nesterov(rate: "0.5", momentum: "0.5"))
        #expect(next.parameters.view.array.allSatisfy { $0 == -0.75 - 0.875 })
        #expect(next.momentum?.view.array.allSatisfy { $0 == 1.5 } == true)
    }

    @Test("along signs is the schedule's rate, and nothing where G is zero") func signs() throws {
        let layout = SampleRound.first.base.layout
        let gradient = FloatStorage(count: layout.count)
        for index in gradient.view.indices {
            gradient.view[index] = [0, 3e-30, -7, -0.0][index % 4]
        }
        let run = try SampleRun.run([
            "outer": ["name": "sign", "weight_decay": .number("0.5")],
            "schedule.peak": .number("0.25"), "schedule.warmup_steps": 0,
        ])
        let next = OuterStep.apply(
            pseudoGradient: gradient, to: Self.checkpoint(2), of: run,
            arithmetic: Arithmetic(threads: 2))
        for tensor in layout.tensors {
            let decayed: Float = tensor.decays ? 1.75 : 2
            for index in tensor.range {
                let expected = decayed + [0, -0.25, 0.25, 0][index % 4]
                #expect(next.parameters.view[index] == expected)
            }
        }
        #expect(next.momentum == nil)
    }

    @Test("AdamW's is the optimizer's own, at the rate and count of the round") func adamW() throws
    {
        let outer: JSON = [
            "name": "adamw", "beta1": .number("0.9"), "beta2": .number("0.95"),
            "epsilon": .number("1.0e-8"), "weight_decay": .number("0.1"),
            "gradient_clip": .number("0.5"),
        ]
        let (weights, layout) = (Self.constant(1), SampleRound.first.base.layout)
        let moments = [Self.constant(0), Self.constant(0)]
        var base = Self.checkpoint(1)
        let arithmetic = Arithmetic(threads: 1)
        for round in 1...3 {
            let gradient = Self.constant(Float(round))
            let norm = GradientNorm.globalNorm(gradient, arithmetic)
            AdamW(.init(beta2: 0.95, weightDecay: 0.1)).step(
                parameters: .float32(weights), gradient: gradient, firstMoment: moments[0],
                secondMoment: moments[1], layout: layout,
                learningRate: round == 1 ? 0.005 : 0.01, step: round,
                gradientScale: GradientNorm.clipScale(norm: norm, maximum: 0.5),
                arithmetic: arithmetic)
            let next = try Self.step(Float(round), from: base, outer)
            #expect(next.parameters.view.array == weights.view.array)
            #expect(next.momentum?.view.array == moments[0].view.array)
            #expect(next.secondMoment?.view.array == moments[1].view.array)
            base = Checkpoint(
                configuration: base.configuration, parameters: next.parameters,
                outerMomentum: next.momentum, outerSecondMoment: next.secondMoment,
                tokenizer: base.tokenizer, generation: base.generation,
                lineage: Lineage(
                    run: base.lineage.run, round: round, parent: base.digest, contributions: []))
            base = try Checkpoint(
                Artifact.read(bytes: base.artifact.fileBytes(), expecting: .checkpoint))
        }
    }

    @Test("the inputs are left alone") func pure() throws {
        let base = Self.checkpoint(1, momentum: 2)
        _ = try Self.step(1, from: base, Self.nesterov(rate: "0.5", momentum: "0.5"))
        #expect(base.artifact.digest == base.digest)
    }
}
