import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import LanguageModel
import Numerics
import Rounds
import RunFiles
import Tokenization
import Training

/// Prints a checkpoint's loss on held-out text.
struct Evaluate: Tool {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Print a checkpoint's loss on held-out text.",
        discussion: """
            Loss is in nats a token; bits per byte compares models with different tokenizers. \
            --by-position shows how far back a model looks: loss falls with the tokens before, \
            and rises where the context ends.

            Example:
              nous-train eval --data data base.tar.zst
            """)

    @Option(help: ArgumentHelp("The directory nous-shard pack wrote.", valueName: "directory"))
    var data: String

    @Option(help: ArgumentHelp("Evaluate only the first n held-out sequences.", valueName: "n"))
    var sequences: Int?

    @Option(
        help: ArgumentHelp(
            "Also print loss and perplexity by position, n positions at a time.", valueName: "n"))
    var byPosition: Int?

    @Flag(help: "Print one JSON object.")
    var json = false

    @Argument(help: ArgumentHelp("The checkpoint; - is standard input.", valueName: "checkpoint"))
    var checkpoint: String = "-"

    @OptionGroup var arithmetic: ArithmeticOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        if let sequences, sequences < 1 { throw ValidationError("--sequences must be at least 1") }
        if let byPosition, byPosition < 1 {
            throw ValidationError("--by-position must be at least 1")
        }
    }

    func run() throws {
        let checkpoint = try CheckpointFile.read(checkpoint)
        let corpus = try TokenizedCorpus.read(data)
        try CorpusDirectory.expectTokenizer(of: checkpoint, in: corpus, at: data)
        let tokenizer = try CheckpointFile.tokenizer(of: checkpoint, at: self.checkpoint)
        guard corpus.sequenceLength <= checkpoint.configuration.longestSequence else {
            throw MalformedInput.field(
                "sequence length", expected: "at most \(checkpoint.configuration.longestSequence)",
                found: "\(corpus.sequenceLength)"
            ).within(data)
        }
        let model = LanguageModel(
            configuration: checkpoint.configuration,
            parameters: .float32(checkpoint.parameters), arithmetic: try arithmetic.arithmetic())
        let count = min(sequences ?? corpus.heldOutCount, corpus.heldOutCount)
        guard count > 0 else {
            throw MalformedInput("expected held-out sequences, found none", in: data)
        }
        var total = Total()
        var positions = byPosition.map {
            LossByPosition(width: $0, sequenceLength: corpus.sequenceLength)
        }
        var progress = Progress(quiet: global.quiet)
        let size = arithmetic.evaluationBatch(sequenceLength: corpus.sequenceLength)
        for start in stride(from: 0, to: count, by: size) {
            let end = min(start + size, count)
            let batch = (start..<end).map { corpus.tokenSequence($0, of: .heldOut) }
            let losses = model.losses(of: batch, microBatch: size)
            try total.add(losses, batch, tokenizer, corpus.summary.marks)
            positions?.add(losses, batch)
            progress.update("sequence", done: end, of: count)
        }
        progress.finish()
        guard total.isPresentable else {
            throw MalformedInput(
                "expected a model with finite losses, found \(total.meanLoss) nats a token",
                in: Operand.name(self.checkpoint))
        }
        if json {
            let fields = total.fields + (positions?.fields ?? [])
            try Operand.print(JSON.object(fields).orderedText)
        } else {
            try Operand.print(([total.text] + (positions?.lines ?? [])).joined(separator: "\n"))
        }
    }

    /// Losses and the bytes they predict.
    private struct Total {
        private var nats = 0.0
        private var tokens = 0
        private var bytes = 0

        mutating func add(
            _ losses: [Float], _ batch: [TokenSequence], _ tokenizer: Tokenizer,
            _ marks: DocumentMarks
        ) throws {
            for loss in losses { nats += Double(loss) }
            tokens += losses.count
            for sequence in batch {
                let text = zip(sequence.tokens.dropFirst(), sequence.predictions).compactMap {
                    $1 && !marks.contains($0) ? $0 : nil
                }
                bytes += try tokenizer.decode(text, continuing: true).count
            }
        }

        /// The mean loss, nats a token.
        var meanLoss: Double { nats / Double(tokens) }

        /// Whether the figures fit their integers, as those of any sane model do.
        var isPresentable: Bool {
            nats.isFinite && nats / Double(max(bytes, 1)) < 1e9 && meanLoss < 1e9
        }

        private var micronats: Int64 { Int64((nats / Double(tokens) * 1e6).rounded()) }

        /// Bits per byte, in millionths; log 2 in nats is 0.693147….
        private var microbits: Int64 {
            Int64((nats / 0.693_147_180_559_945_3 / Double(max(bytes, 1)) * 1e6).rounded())
        }

        var text: String {
            "loss \(Decimal.millionths(micronats)) nats/token, "
                + "\(Decimal.millionths(microbits)) bits/byte over \(tokens) tokens, \(bytes) bytes"
        }

        var fields: [JSONMember] {
            [
                JSONMember(key: "type", value: "evaluation"),
                JSONMember(key: "loss_micronats", value: .integer(micronats)),
                JSONMember(key: "microbits_per_byte", value: .integer(microbits)),
                JSONMember(key: "tokens", value: .integer(Int64(tokens))),
                JSONMember(key: "bytes", value: .integer(Int64(bytes))),
            ]
        }
    }
}
