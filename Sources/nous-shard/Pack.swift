import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import RunFiles
import Storage
import Tokenization

/// Packs text into the shards of a corpus.
struct Pack: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Pack text into token shards.",
        discussion: """
            Documents are taken in one fixed order, encoded, joined with end of text between \
            them and cut into rows. With --packing best-fit whole documents are put together \
            so that they fill rows, and only documents longer than a row are cut. \
            The directory appears when it is complete. Running the \
            command again changes nothing; a directory with anything else is refused.

            Example:
              nous-shard pack -t tokenizer.json --sequence-length 128 \\
                --held-out 5% -o data text more.tar.zst
            """)

    @Option(name: .shortAndLong, help: "The tokenizer.json file.")
    var tokenizer: String

    @Option(help: "The tokens predicted in one sequence.")
    var sequenceLength: Int

    @Option(help: "The part of the documents to hold out, such as 5% or 50000ppm.")
    var heldOut = PartsPerMillion(value: 0)

    @Option(help: "What chooses the documents held out, and those of --sample.")
    var seed: Int = 0

    @Option(help: "How documents become rows: concatenate or best-fit.")
    var packing = PackingPolicy.concatenate

    @Flag(help: "Let a token see those of its own document alone; the run file must say it too.")
    var resetAttention = false

    @OptionGroup var marks: DocumentMarkOptions

    @Option(help: "The most rows in one shard.")
    var shardRows = 8192

    @Option(help: "The threads; without it one for each processor. The result is the same.")
    var threads: Int?

    @Option(name: .shortAndLong, help: "The directory to make.")
    var output: String

    @OptionGroup var input: CuratedInput

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        let lengths = 1...PackSettings.maximumSequenceLength
        guard lengths.contains(sequenceLength) else {
            throw ValidationError("--sequence-length must be from 1 to \(lengths.upperBound)")
        }
        let rows = 1...PackSettings.maximumShardRows
        guard rows.contains(shardRows) else {
            throw ValidationError("--shard-rows must be from 1 to \(rows.upperBound)")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024")
        }
        guard seed >= 0 else { throw ValidationError("--seed must not be negative") }
        guard tokenizer != "-" || !input.readsStandardInput else {
            throw ValidationError("standard input can be read once")
        }
    }

    func run() throws {
        let file = try TokenizerFile(path: tokenizer, quiet: global.quiet)
        let settings = PackSettings(
            sequenceLength: sequenceLength,
            heldOut: HeldOutRule(partsPerMillion: heldOut.value, seed: UInt64(seed)),
            shardRows: shardRows, packing: packing, resetsAttention: resetAttention)
        // From here on a signal must not end the process before the unfinished directory is gone;
        // the packer's threads never take one.
        let signals = StopSignals()
        var packer = try CorpusPacker(
            tokenizer: file.tokenizer, digest: Digest(hashing: file.bytes), settings: settings,
            marks: marks.marks(in: file.tokenizer), threads: threads ?? AvailableProcessors.count)
        let writer = try CorpusWriter(creating: output)
        var documents = try input.documents(seed: UInt64(seed))
        try documents.forEach(quiet: global.quiet, stoppingAt: signals) { document in
            try packer.add(document) { try writer.write($0) }
        }
        let summary = try packer.finish(input: documents.counts) { try writer.write($0) }
        try writer.commit(summary, tokenizer: file.bytes)
        try input.finish(documents, summary, quiet: global.quiet)
    }
}

/// A part of a whole in millionths, as people write it.
struct PartsPerMillion: ExpressibleByArgument, CustomStringConvertible {
    let value: UInt32

    init(value: UInt32) {
        self.value = value
    }

    /// Reads `5%`, `0.25%`, `50000ppm` or `0`.
    init?(argument: String) {
        if argument == "0" {
            value = 0
        } else if argument.hasSuffix("ppm") {
            guard let parts = UInt32(argument.dropLast(3)), parts <= 1_000_000 else { return nil }
            value = parts
        } else {
            guard argument.hasSuffix("%"), let parts = Self.percent(argument.dropLast())
            else { return nil }
            value = parts
        }
    }

    var description: String { "\(value)ppm" }

    /// A decimal number of percent with at most four places.
    private static func percent(_ text: Substring) -> UInt32? {
        let halves = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count), let whole = UInt32(halves[0]), whole <= 100
        else { return nil }
        var fraction: UInt32 = 0
        if halves.count == 2 {
            let digits = halves[1]
            guard (1...4).contains(digits.count), let number = UInt32(digits) else { return nil }
            fraction = (digits.count..<4).reduce(number) { scaled, _ in scaled * 10 }
        }
        let parts = whole * 10_000 + fraction
        return parts <= 1_000_000 ? parts : nil
    }
}
