import LanguageModel
import Numerics
import Testing

@Suite("A model in bfloat16") struct BFloat16Tests {
    @Test("has the same bits whatever is in memory at once", arguments: Example.all)
    func plans(_ example: Example) {
        let model = example.model(precision: .bfloat16)
        let expected = Bits(example.gradients(model))
        for keptLayers in 1...example.configuration.layerCount {
            for microBatch in [1, 2, 8] {
                let plan = ActivationPlan(
                    microBatch: microBatch, keptLayers: keptLayers, logitRows: 5)
                #expect(Bits(example.gradients(model, plan)) == expected)
            }
        }
    }

    @Test("has the same bits on every thread and instruction set", arguments: Example.all)
    func machines(_ example: Example) {
        let expected = Bits(example.gradients(example.model(precision: .bfloat16)))
        for set in InstructionSet.available {
            for threads in [1, 3] {
                let model = example.model(threads: threads, set, precision: .bfloat16)
                #expect(Bits(example.gradients(model)) == expected)
            }
        }
    }

    @Test("differs from the one in single precision, but little", arguments: Example.all)
    func closeness(_ example: Example) {
        let single = example.gradients(example.model())
        let rounded = example.gradients(example.model(precision: .bfloat16))
        for (loss, exact) in zip(rounded.losses, single.losses) {
            #expect(abs(loss - exact) < 0.1 * max(1, exact))
        }
        #expect(rounded.losses != single.losses)
    }

    @Test("generates what its whole logits say") func generation() {
        let model = Example.long.model(precision: .bfloat16)
        var tokens: [UInt32] = [3, 1, 4]
        for token in model.generate(
            prompt: tokens, count: 12, temperature: 0, random: CounterRandom(seed: 1))
        {
            let logits = model.logits(of: tokens)
            let last = logits.row(tokens.count - 1).array
            #expect(last[Int(token)] == last.max())
            tokens.append(token)
        }
    }
}
