import ArgumentParser
import CommandLineTool
import Encodings
import LanguageModel
import Rounds
import RunFiles
import Storage
import Tokenization

/// Writes the initial checkpoint of a run.
struct Initialize: Tool {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write the initial checkpoint of a run.",
        discussion: """
            Example:
              nous-train init --run run.yaml --tokenizer tokenizer.json -o base.tar.zst
            """)

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run file; - is standard input.", valueName: "run.yaml"))
    var runFile: String

    @Option(help: ArgumentHelp("The tokenizer the run names.", valueName: "tokenizer.json"))
    var tokenizer: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The checkpoint; standard output unless given.", valueName: "file"))
    var output: String?

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try Operand.expectOneStream([runFile, tokenizer])
    }

    func run() throws {
        let configuration = try RunFile.read(runFile)
        let tokenizerBytes = try Operand.read(tokenizer, limit: Initialize.tokenizerLimit)
        let digest = Digest(hashing: tokenizerBytes)
        guard digest == configuration.tokenizer else {
            throw MalformedInput.field(
                "tokenizer", expected: configuration.tokenizer.hex, found: digest.hex
            ).within(Operand.name(tokenizer))
        }
        let tokenizer = try parseTokenizer(tokenizerBytes, model: configuration.model)
        let parameters = Initialization.parameters(
            ParameterLayout(configuration.model), seed: configuration.seed)
        let checkpoint = Checkpoint(
            configuration: configuration.model, parameters: parameters, outerMomentum: nil,
            tokenizer: tokenizerBytes, endToken: tokenizer.endOfText.map { Int($0) },
            lineage: Lineage(run: configuration.digest, round: 0, parent: nil, contributions: []))
        try Operand.write(checkpoint.artifact, to: output)
    }

    /// The vocabulary must fit the model's embedding.
    private func parseTokenizer(_ bytes: [UInt8], model: ModelConfiguration) throws -> Tokenizer {
        do throws(MalformedInput) {
            let parsed = try Tokenizer(parsing: bytes)
            guard parsed.vocabularySize <= model.vocabularySize else {
                throw MalformedInput.field(
                    "vocabulary", expected: "at most \(model.vocabularySize) tokens",
                    found: "\(parsed.vocabularySize)")
            }
            return parsed
        } catch {
            throw error.within(Operand.name(tokenizer))
        }
    }

    private static let tokenizerLimit = 64 << 20
}
