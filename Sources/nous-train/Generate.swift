import ArgumentParser
import CommandLineTool
import LanguageModel
import Numerics
import Rounds
import RunFiles
import Storage
import Tokenization

/// Continues a prompt.
struct Generate: Tool {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Continue a prompt with a checkpoint.",
        discussion: """
            The same seed gives the same text on every machine.

            Example:
              nous-train generate --prompt "In the beginning" --tokens 60 base.tar.zst
            """)

    @Option(help: ArgumentHelp("The text to continue.", valueName: "text"))
    var prompt: String

    @Option(help: ArgumentHelp("Tokens to add.", valueName: "n"))
    var tokens = 64

    @Option(
        help: ArgumentHelp(
            "0 takes the likeliest token; 1 samples the model's distribution.", valueName: "t"))
    var temperature: Float = 0.8

    @Option(help: ArgumentHelp("Sample among the k likeliest tokens only.", valueName: "k"))
    var topK: Int?

    @Option(help: ArgumentHelp("Seed of the sampling.", valueName: "n"))
    var seed: UInt64 = 1

    @Argument(help: ArgumentHelp("The checkpoint; - is standard input.", valueName: "checkpoint"))
    var checkpoint: String = "-"

    @OptionGroup var arithmetic: ArithmeticOptions

    func validate() throws {
        guard (1...1_000_000).contains(tokens) else {
            throw ValidationError("--tokens must be from 1 to 1000000")
        }
        guard temperature.isFinite, temperature >= 0 else {
            throw ValidationError("--temperature must not be negative")
        }
        if let topK, topK < 1 { throw ValidationError("--top-k must be at least 1") }
    }

    func run() throws {
        let checkpoint = try CheckpointFile.read(checkpoint)
        let tokenizer = try CheckpointFile.tokenizer(of: checkpoint, at: self.checkpoint)
        let model = LanguageModel(
            configuration: checkpoint.configuration,
            parameters: .float32(checkpoint.parameters), arithmetic: try arithmetic.arithmetic())
        var start = tokenizer.encode(Array(prompt.utf8))
        if start.isEmpty { start = [tokenizer.endOfText ?? 0] }
        let added = model.generate(
            prompt: start, count: tokens, temperature: temperature, topK: topK,
            random: CounterRandom(seed: seed, stream: 0))
        var output = Operand.standardOutput
        let text = try tokenizer.decode(added, continuing: !prompt.isEmpty)
        try output.write(Array(prompt.utf8) + text + [UInt8(ascii: "\n")])
    }
}
