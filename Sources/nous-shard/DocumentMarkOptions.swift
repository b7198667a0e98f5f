import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Tokenization

extension PackingPolicy: ExpressibleByArgument {}

/// Which tokens stand before and behind each document.
struct DocumentMarkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The special token before each document, such as <s>.", valueName: "token"))
    var beginningOfDocument: String?

    @Option(
        help: ArgumentHelp(
            "The special token behind each document, or none; end of text unless given.",
            valueName: "token"))
    var endOfDocument: String?

    /// What stands for no token at all.
    private static let none = "none"

    /// The tokens of these names; nil if the tokenizer's standard is asked for.
    func marks(in tokenizer: Tokenizer) throws -> DocumentMarks? {
        let beginning = try beginningOfDocument.flatMap { try token($0, in: tokenizer) }
        guard let endOfDocument else {
            guard beginning != nil else { return nil }
            guard let end = tokenizer.endOfText else { throw missing(Tokenizer.endOfTextName) }
            return DocumentMarks(beginning: beginning, end: end)
        }
        return DocumentMarks(
            beginning: beginning, end: try token(endOfDocument, in: tokenizer))
    }

    private func token(_ name: String, in tokenizer: Tokenizer) throws -> UInt32? {
        guard name != Self.none else { return nil }
        let wanted = Array(name.utf8)[...]
        let vocabulary = tokenizer.vocabulary
        guard
            let token = vocabulary.specialTokens.first(where: {
                vocabulary.bytes(of: $0) == wanted
            })
        else { throw missing(name) }
        return token
    }

    private func missing(_ name: String) -> MalformedInput {
        MalformedInput("no special token \(MalformedInput.quoted(name))", in: "tokenizer")
    }
}
