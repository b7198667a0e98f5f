import Testing
import Tokenization

@Suite("Training")
struct BytePairTrainerTests {
    @Test("writes the file that Hugging Face writes")
    func vector() throws {
        var trainer = BytePairTrainer()
        try trainer.add(TokenizationVectors.bytes("training-text.txt"))
        let expected = try TokenizationVectors.bytes("trained.json")
        #expect(trainer.train(vocabularySize: 420).tokenizerJSON() == expected)
    }

    @Test("does not depend on the order of texts")
    func order() throws {
        let text = try TokenizationVectors.bytes("training-text.txt")
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        var forward = BytePairTrainer()
        var backward = BytePairTrainer()
        for line in lines { forward.add(line) }
        for line in lines.reversed() { backward.add(line) }
        #expect(
            forward.train(vocabularySize: 400).tokenizerJSON()
                == backward.train(vocabularySize: 400).tokenizerJSON())
    }

    @Test("breaks ties by the smallest ids and counts overlapping pairs as they stand")
    func ties() {
        var trainer = BytePairTrainer()
        trainer.add(Array("aaaa bcbc".utf8))
        let tokenizer = trainer.train(vocabularySize: 260)
        let names = (257..<260).map {
            String(decoding: tokenizer.vocabulary.bytes(of: $0), as: UTF8.self)
        }
        #expect(names == ["aa", "bc", " bc"])
    }

    @Test("stops when nothing is frequent enough")
    func minimumCount() {
        var trainer = BytePairTrainer()
        trainer.add(Array("abc abd".utf8))
        #expect(trainer.train(vocabularySize: 1000, minimumCount: 2).vocabularySize == 258)
        #expect(BytePairTrainer().train(vocabularySize: 1000).vocabularySize == 257)
    }
}
