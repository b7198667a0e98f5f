import ArgumentParser
import CommandLineTool

/// Makes tokenizers.
struct TokenizerCommand: Tool {
    static let configuration = CommandConfiguration(
        commandName: "tokenizer",
        abstract: "Make a tokenizer: learn it from text, or import one.",
        discussion: """
            Writes a Hugging Face tokenizer.json. Without the name of a subcommand it learns.

            Example:
              nous-shard tokenizer --vocabulary-size 2048 -o tokenizer.json text
              nous-shard tokenizer import --pattern llama3 -o llama3.json tokenizer.model
            """,
        subcommands: [LearnTokenizer.self, ImportTokenizer.self],
        defaultSubcommand: LearnTokenizer.self)
}
