import ArgumentParser
import CommandLineTool
import Encodings
import Storage
import Tokenization

/// Writes the text of tokens.
struct Decode: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Write the text that token ids stand for.",
        discussion: """
            Reads ids in decimal with white space between them and writes the exact bytes.

            Example:
              echo 'In the beginning' | nous-shard encode -t tokenizer.json > ids
              nous-shard decode -t tokenizer.json < ids
            """)

    @Option(name: .shortAndLong, help: "The tokenizer.json file.")
    var tokenizer: String

    @Argument(help: "The file with the ids; - is standard input.")
    var tokens = "-"

    private static let maximumBytes = 1 << 30

    func run() throws {
        let tokenizer = try TokenizerFile(path: tokenizer).tokenizer
        let bytes = try Operand.read(tokens, limit: Self.maximumBytes)
        let ids = try bytes.split(whereSeparator: { $0 == 0x20 || (0x09...0x0D).contains($0) })
            .map { word in
                let text = String(decoding: word, as: UTF8.self)
                guard let id = UInt32(text) else {
                    throw MalformedInput(
                        "expected a token id, found \(MalformedInput.quoted(text))",
                        in: Operand.name(tokens))
                }
                return id
            }
        var sink = Operand.standardOutput
        try sink.write(tokenizer.decode(ids))
    }
}
