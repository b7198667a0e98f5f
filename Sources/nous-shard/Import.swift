import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Storage
import Tokenization

/// Packs the token files of other trainers.
struct Import: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Pack token files of nanoGPT, llm.c or Megatron-LM into a corpus.",
        discussion: """
            The tokens are taken as they are; they must be those of the tokenizer. The text of \
            each document, which decides what is held out, is what they decode to. Files are \
            taken in the order given. What `export` wrote comes back with the same data root.

            Example:
              nous-shard import --format nanogpt -t tokenizer.json \\
                --sequence-length 128 -o data nanogpt/train.bin
            """)

    @Option(help: "The format: nanogpt, llm.c or megatron, of which the .bin file is named.")
    var format: ExchangeFormat

    @Option(name: .shortAndLong, help: "The tokenizer.json file.")
    var tokenizer: String

    @Option(help: "The tokens predicted in one sequence.")
    var sequenceLength: Int

    @Option(help: "The part of the documents to hold out, such as 5% or 50000ppm.")
    var heldOut = PartsPerMillion(value: 0)

    @Option(help: "What chooses the documents held out.")
    var seed: Int = 0

    @Option(help: "How documents become rows: concatenate or best-fit.")
    var packing = PackingPolicy.concatenate

    @Flag(help: "Let a token see those of its own document alone; the run file must say it too.")
    var resetAttention = false

    @OptionGroup var marks: DocumentMarkOptions

    @Option(help: "The most rows in one shard.")
    var shardRows = 8192

    @Option(name: .shortAndLong, help: "The directory to make.")
    var output: String

    @Argument(help: "The token files.")
    var files: [String]

    func validate() throws {
        let lengths = 1...PackSettings.maximumSequenceLength
        guard lengths.contains(sequenceLength) else {
            throw ValidationError("--sequence-length must be from 1 to \(lengths.upperBound)")
        }
        let rows = 1...PackSettings.maximumShardRows
        guard rows.contains(shardRows) else {
            throw ValidationError("--shard-rows must be from 1 to \(rows.upperBound)")
        }
        guard seed >= 0 else { throw ValidationError("--seed must not be negative") }
    }

    func run() throws {
        let file = try TokenizerFile(path: tokenizer)
        let settings = PackSettings(
            sequenceLength: sequenceLength,
            heldOut: HeldOutRule(partsPerMillion: heldOut.value, seed: UInt64(seed)),
            shardRows: shardRows, packing: packing, resetsAttention: resetAttention)
        var packer = try CorpusPacker(
            tokenizer: file.tokenizer, digest: Digest(hashing: file.bytes), settings: settings,
            marks: marks.marks(in: file.tokenizer))
        let reader = TokenFiles(format, tokenizer: file.tokenizer, marks: packer.marks)
        // From here on a signal must not end the process before the unfinished directory is gone.
        let signals = StopSignals()
        let writer = try CorpusWriter(creating: output)
        var counts = IngestionCounts()
        for path in files {
            try reader.read(path) { document, tokens in
                if let signal = signals.pending() {
                    throw Failure(
                        .tryAgain, "stopped by \(signal)", hint: "run the same command again")
                }
                counts.documents += 1
                counts.bytes += document.bytes.count
                try packer.add(document, tokens: tokens) { try writer.write($0) }
            }
        }
        let summary = try packer.finish(input: counts) { try writer.write($0) }
        try writer.commit(summary, tokenizer: file.bytes)
    }
}
