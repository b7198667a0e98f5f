import LanguageModel
import Numerics
import Testing

@Suite struct GenerationTests {
    private let example = Example.long
    private let random = CounterRandom(seed: 5, stream: 2)

    @Test("temperature 0 takes the likeliest token each time")
    func greedy() {
        let model = example.model()
        var tokens: [UInt32] = [3, 1, 4]
        let generated = model.generate(
            prompt: tokens, count: 20, temperature: 0, random: random)
        for token in generated {
            let last = model.logits(of: tokens).row(tokens.count - 1).array
            #expect(last[Int(token)] == last.max())
            tokens.append(token)
        }
        let best = model.generate(
            prompt: [3, 1, 4], count: 20, temperature: 1, topK: 1, random: random)
        #expect(best == generated)
    }

    @Test("the same numbers give the same text, other numbers another")
    func sampling() {
        let prompt: [UInt32] = [1, 2]
        let first = example.model(threads: 1).generate(
            prompt: prompt, count: 40, temperature: 1.5, random: random)
        let again = example.model(threads: 3).generate(
            prompt: prompt, count: 40, temperature: 1.5, random: random)
        let other = example.model().generate(
            prompt: prompt, count: 40, temperature: 1.5, random: CounterRandom(seed: 6))
        #expect(first == again)
        #expect(first != other)
        #expect(Set(first).count > 3)
    }

    @Test("text may grow past the context length")
    func window() {
        let model = Example("short", V: 11, C: 8, F: 8, L: 1, H: 1, G: 1, tied: true, B: 1, T: 4)
            .model()
        let generated = model.generate(prompt: [1], count: 12, temperature: 0, random: random)
        #expect(generated.count == 12)
        var tokens: [UInt32] = [1]
        for token in generated {
            let window = Array(tokens.suffix(4))
            let last = model.logits(of: window).row(window.count - 1).array
            #expect(last[Int(token)] == last.max())
            tokens.append(token)
        }
    }
}
