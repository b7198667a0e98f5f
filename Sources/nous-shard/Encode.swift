import ArgumentParser
import CommandLineTool
import Encodings
import Storage
import Tokenization

/// Prints the tokens of a text.
struct Encode: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Print the token ids of a text.",
        discussion: """
            The text of a special token is text like any other, unless --special-tokens is given; \
            and none is added.

            Example:
              echo 'In the beginning' | nous-shard encode -t tokenizer.json
            """)

    @Option(name: .shortAndLong, help: "The tokenizer.json file.")
    var tokenizer: String

    @Flag(help: "The input is one JSON string a line; print one line of ids for each.")
    var jsonLines = false

    @Flag(help: "Take the text of a special token for that token.")
    var specialTokens = false

    @Argument(help: "The file with the text; - is standard input.")
    var text = "-"

    private static let maximumBytes = 1 << 30

    func run() throws {
        let tokenizer = try TokenizerFile(path: tokenizer).tokenizer
        let bytes = try Operand.read(text, limit: Self.maximumBytes)
        var encoder = tokenizer.makeEncoder()
        var sink = Operand.standardOutput
        for text in jsonLines ? try lines(of: bytes) : [bytes] {
            var tokens: [UInt32] = []
            encoder.encode(
                text.span, specialTokens: specialTokens ? .asTokens : .asText, into: &tokens)
            try sink.write(Array(tokens.map(String.init).joined(separator: " ").utf8) + [0x0A])
        }
    }

    private func lines(of bytes: [UInt8]) throws -> [[UInt8]] {
        try bytes.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
            do throws(MalformedInput) {
                guard let text = try JSON(parsing: Array(line)).string else {
                    throw MalformedInput("expected a string")
                }
                return Array(text.utf8)
            } catch {
                throw error.within("\(Operand.name(text)): line \(number + 1)")
            }
        }
    }
}
