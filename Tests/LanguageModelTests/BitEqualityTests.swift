import LanguageModel
import Numerics
import Testing

@Suite struct BitEqualityTests {
    @Test("threads do not change a bit", arguments: Example.all)
    func threads(_ example: Example) {
        let expected = Bits(example.gradients(example.model(threads: 1)))
        for threads in [2, 3] {
            #expect(Bits(example.gradients(example.model(threads: threads))) == expected)
        }
    }

    @Test("instruction sets do not change a bit", arguments: Example.all)
    func instructionSets(_ example: Example) {
        let expected = Bits(example.gradients(example.model()))
        for set in InstructionSet.available {
            #expect(Bits(example.gradients(example.model(threads: 1, set))) == expected)
        }
    }

    @Test("micro-batches do not change a bit", arguments: Example.all)
    func microBatches(_ example: Example) {
        let model = example.model()
        let expected = Bits(example.gradients(model))
        for size in [1, 2, 3] {
            #expect(Bits(example.gradients(model, microBatch: size)) == expected)
        }
    }

    @Test("computing activations again does not change a bit", arguments: Example.all)
    func recomputation(_ example: Example) {
        let model = example.model()
        let expected = Bits(example.gradients(model))
        for keptLayers in 1...example.configuration.layerCount {
            for microBatch in [1, 3] {
                let plan = ActivationPlan(
                    microBatch: microBatch, keptLayers: keptLayers, logitRows: 7)
                #expect(Bits(example.gradients(model, plan)) == expected)
            }
        }
    }

    @Test("a step in several calls is the step in one", arguments: Example.all)
    func calls(_ example: Example) {
        let model = example.model()
        let expected = Bits(example.gradients(model))
        let gradient = FloatStorage(count: model.layout.count)
        var losses: [Float] = []
        for (index, sequence) in example.sequences.enumerated() {
            losses += model.accumulateGradients(
                of: [sequence], into: gradient, lossScale: example.lossScale, microBatch: 1,
                endsStep: index == example.sequences.count - 1)
        }
        #expect(Bits((losses, gradient.view.array)) == expected)
    }

    @Test("an abandoned step leaves no trace")
    func abandoning() {
        let example = Example.all[0]
        let model = example.model()
        let expected = Bits(example.gradients(model))
        _ = model.accumulateGradients(
            of: example.sequences, into: FloatStorage(count: model.layout.count),
            lossScale: 1, microBatch: 2, endsStep: false)
        model.abandonStep()
        #expect(Bits(example.gradients(model)) == expected)
    }

    @Test("memory kept from other shapes leaves no trace")
    func reuse() {
        let example = Example.all[2]
        let model = example.model()
        let expected = Bits(example.gradients(model))
        _ = model.losses(of: [[1, 2, 3]] as [[UInt32]])
        _ = model.logits(of: [4, 5, 6, 7])
        _ = example.gradients(model, microBatch: 1)
        #expect(Bits(example.gradients(model)) == expected)
    }

    @Test("logits of a prefix are the first logits of the whole")
    func prefixes() {
        let model = Example.long.model()
        let tokens = Array(Example.long.sequences[0].tokens.dropLast())
        let whole = model.logits(of: tokens)
        for count in [1, 5, 16, 49, 60] {
            let part = model.logits(of: Array(tokens.prefix(count)))
            #expect(part.view.array == Array(whole.view.array.prefix(count * 17)))
        }
    }
}

/// Bit patterns, so that zeros of different sign differ.
struct Bits: Equatable {
    let losses: [UInt32]
    let gradient: [UInt32]

    init(_ result: (losses: [Float], gradient: [Float])) {
        losses = result.losses.map(\.bitPattern)
        gradient = result.gradient.map(\.bitPattern)
    }
}
