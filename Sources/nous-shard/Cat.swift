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
            token of a sequence is the first of the next; it is written once more with the next. \
            Padding is left out. Only the shards that hold the sequences are read and checked.

            Example:
              nous-shard cat data 0 17-20
              nous-shard cat --held-out --ids data 3
            """)

    @Flag(help: "Take the sequences that are held out.")
    var heldOut = false

    @Flag(help: "Print token ids in place of text.")
    var ids = false

    @Argument(help: "The directory of the corpus.")
    var directory: String

    @Argument(help: "The numbers of the sequences, counted from 0; 3-7 are five of them.")
    var sequences: [SequenceRange]

    func run() throws {
        let reader = try CorpusReader(directory: directory)
        let split: Split = heldOut ? .heldOut : .train
        let count = reader.file.summary[split].rows
        try SequenceRange.check(sequences, count: count, in: directory)
        let tokenizer = try reader.tokenizer()
        var sink = Operand.standardOutput
        var open: (number: Int, shard: Corpus.Shard)?
        for index in sequences.lazy.map(\.numbers).joined() {
            let number = reader.shardNumber(ofRow: index, in: split)
            if open?.number != number {
                open = nil
                open = (number, try reader.shard(number, of: split))
            }
            guard let shard = open?.shard else { continue }
            let tokens = shard.rows.text(index - shard.firstRow)
            let line =
                ids
                ? Array(tokens.map(String.init).joined(separator: " ").utf8)
                : try tokenizer.decode(tokens, continuing: true)
            try sink.write(line + [0x0A])
        }
    }
}
