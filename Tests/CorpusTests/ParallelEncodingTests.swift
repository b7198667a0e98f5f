import Corpus
import Testing
import Tokenization

@Suite("Encoding on several threads")
struct ParallelEncodingTests {
    /// Documents of which one is cut into several parts and one has no place to cut.
    private let documents: [Document] = {
        let line = Array("The earth was without form, and void; 1234 times.\n".utf8)
        var long: [UInt8] = []
        for index in 0..<60_000 {
            if index % 7 == 0 { long += [0x20, 0x0A] }
            long += line
        }
        var texts: [[UInt8]] = [long, [UInt8](repeating: 0x3D, count: 2_500_000)]
        for index in 0..<900 {
            texts.insert(Array(line.prefix(1 + index % line.count)), at: index % texts.count)
        }
        return texts.enumerated().map { Document(source: "\($0)", bytes: $1) }
    }()

    private func tokenizer() -> Tokenizer {
        var trainer = BytePairTrainer()
        trainer.add(Array("the earth and the form == void times".utf8))
        return trainer.train(vocabularySize: 280)
    }

    @Test("gives every document its tokens, in order", arguments: [1, 2, 5])
    func order(_ threads: Int) throws {
        let tokenizer = tokenizer()
        let encoding = ParallelEncoding(tokenizer, threads: threads)
        var found: [(source: String, tokens: [UInt32])] = []
        for document in documents {
            try encoding.add(document) { found.append(($0.source, $1)) }
        }
        try encoding.finish { found.append(($0.source, $1)) }
        #expect(found.map(\.source) == documents.map(\.source))
        for (document, tokens) in zip(documents, found.map(\.tokens)) {
            #expect(tokens == tokenizer.encode(document.bytes))
        }
    }

    @Test("ends its threads when the documents' taker fails")
    func failure() {
        struct Refusal: Error {}
        let encoding = ParallelEncoding(tokenizer(), threads: 3)
        #expect(throws: Refusal.self) {
            for document in documents { try encoding.add(document) { _, _ in throw Refusal() } }
            try encoding.finish { _, _ in throw Refusal() }
        }
    }
}
