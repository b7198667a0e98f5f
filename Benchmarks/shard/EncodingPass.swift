import Corpus
import Tokenization

/// Encodes all documents, as `nous-shard pack` does.
final class EncodingPass {
    private let documents: [Document]
    private let encoding: ParallelEncoding

    init(tokenizer: Tokenizer, documents: [[UInt8]], threads: Int) {
        self.documents = documents.map { Document(source: "", bytes: $0) }
        encoding = ParallelEncoding(tokenizer, threads: threads)
    }

    /// The tokens of every document.
    func run() throws -> [[UInt32]] {
        var all: [[UInt32]] = []
        for document in documents { try encoding.add(document) { all.append($1) } }
        try encoding.finish { all.append($1) }
        return all
    }
}
