import ArgumentParser
import CommandLineTool
import Encodings
import Tokenization

/// Makes a tokenizer.json of a .tiktoken file.
struct ImportTokenizer: Tool {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a tokenizer.json of a .tiktoken file.",
        discussion: """
            Such a file has a token and its rank on each line. How text is split, and what the \
            special tokens are, goes by the vocabulary's name.

            Example:
              nous-shard tokenizer import --pattern llama3 -o llama3.json tokenizer.model
            """)

    @Option(help: "Which vocabulary it is: gpt2, llama3, qwen2, cl100k or o200k.")
    var pattern: TiktokenVocabulary

    @Argument(help: "The .tiktoken file; - is standard input.")
    var file: String

    @Option(name: .shortAndLong, help: "The file to write; standard output without it.")
    var output: String?

    func run() throws {
        let bytes = try Operand.read(file, limit: TokenizerFile.maximumBytes)
        try Operand.write(tokenizer(of: bytes).tokenizerJSON(), to: output)
    }

    private func tokenizer(of bytes: [UInt8]) throws(MalformedInput) -> Tokenizer {
        do {
            return try TiktokenFile.read(bytes, as: pattern)
        } catch {
            throw error.within(Operand.name(file))
        }
    }
}

extension TiktokenVocabulary: ExpressibleByArgument {}
