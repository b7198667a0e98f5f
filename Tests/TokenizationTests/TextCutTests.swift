import Testing
import Tokenization

@Suite("Cutting long texts")
struct TextCutTests {
    @Test("changes no token", arguments: SplitPattern.allCases)
    func parts(_ pattern: SplitPattern) {
        var trainer = BytePairTrainer(pattern: pattern)
        trainer.add(Array("the Word\n\n  the 1234\r\nWord ...\n".utf8))
        let tokenizer = trainer.train(vocabularySize: 270)
        var random = RandomText(seed: 5)
        var cuts = 0
        for _ in 0..<400 {
            let text = random.mixed(200)
            let parts = tokenizer.parts(of: text.span, length: 16)
            cuts += parts.count - 1
            #expect(parts.flatMap { tokenizer.encode(Array(text[$0])) } == tokenizer.encode(text))
        }
        #expect(cuts > 20)
    }
}
