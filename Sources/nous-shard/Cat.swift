import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Storage
import Tokenization

/// Writes the text of sequences.
struct Cat: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Write the text of sequences of a corpus.",
        discussion: """
            Each sequence is decoded to its exact bytes and followed by a line feed. The last \
            token of a sequence is the first of the next; it is written once more with the next.

            Example:
              nous-shard cat corpus 0 17
              nous-shard cat --held-out --ids corpus 3
            """)

    @Flag(help: "Take the sequences that are held out.")
    var heldOut = false

    @Flag(help: "Print token ids in place of text.")
    var ids = false

    @Argument(help: "The directory of the corpus.")
    var directory: String

    @Argument(help: "The numbers of the sequences, counted from 0.")
    var sequences: [Int]

    func run() throws {
        let corpus = try TokenizedCorpus.read(directory)
        let count = heldOut ? corpus.heldOutCount : corpus.sequenceCount
        if let missing = sequences.first(where: { !(0..<count).contains($0) }) {
            throw Failure(
                .usage, "no sequence \(missing) in '\(directory)': there are \(count)")
        }
        var sink = Operand.standardOutput
        for index in sequences {
            let tokens = heldOut ? corpus.heldOutSequence(index) : corpus.sequence(index)
            if ids {
                let text = tokens.map(String.init).joined(separator: " ")
                try sink.write(Array(text.utf8) + [0x0A])
            } else {
                try sink.write(corpus.tokenizer.decode(tokens) + [0x0A])
            }
        }
    }
}
