import Corpus
import Testing
import Tokenization

@Suite("Learning on several threads")
struct ParallelTrainingTests {
    /// Texts of which some are cut into parts, one has no place to cut, and many are short.
    private let texts: [[UInt8]] = {
        var long: [UInt8] = []
        for index in 0..<40_000 { long += Array("Verse \(index * 37 % 4096) of the book.\n".utf8) }
        let short = (0..<3000).map { Array("the \($0 % 91) and\r\n the \($0)'s".utf8) }
        return [long, [UInt8](repeating: 0x3D, count: 700_000), []] + short + [
            Array(long.reversed())
        ]
    }()

    private func learned(_ texts: [[UInt8]], threads: Int) -> [UInt8] {
        let training = ParallelTraining(threads: threads)
        for text in texts { training.add(text) }
        return training.finish().train(vocabularySize: 600).tokenizerJSON()
    }

    @Test("gives the tokenizer of one trainer that saw every text", arguments: [1, 2, 5])
    func threads(_ threads: Int) {
        var trainer = BytePairTrainer()
        for text in texts { trainer.add(text) }
        let expected = trainer.train(vocabularySize: 600).tokenizerJSON()
        #expect(learned(texts, threads: threads) == expected)
        #expect(learned(texts.reversed(), threads: threads) == expected)
    }

    @Test("learns the bytes alone where there is no text")
    func nothing() {
        #expect(
            learned([], threads: 3) == BytePairTrainer().train(vocabularySize: 600).tokenizerJSON())
    }

    @Test("ends its threads when it is given up")
    func givenUp() {
        let training = ParallelTraining(threads: 4)
        for text in texts { training.add(text) }
    }
}
