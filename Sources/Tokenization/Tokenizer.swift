package import Encodings

/// Text to token ids and back: a byte-level byte-pair encoding as in `tokenizer.json` files.
///
/// Every text can be encoded, and decoding gives back its very bytes.
package struct Tokenizer: Sendable {
    /// How text is cut into pieces before merging.
    package let pattern: SplitPattern
    let model: BytePairModel

    init(pattern: SplitPattern, model: BytePairModel) {
        self.pattern = pattern
        self.model = model
    }

    /// The tokens with their bytes.
    package var vocabulary: Vocabulary { model.vocabulary }

    /// One more than the largest token id.
    package var vocabularySize: Int { vocabulary.count }

    /// The token that ends a document: `<|endoftext|>`, or else `<|end_of_text|>`.
    package var endOfText: UInt32? {
        for name in [Self.endOfTextName, "<|end_of_text|>"] {
            let wanted = Array(name.utf8)[...]
            let found = vocabulary.specialTokens.first { vocabulary.bytes(of: $0) == wanted }
            if let found { return found }
        }
        return nil
    }

    /// The name under which our trainer adds the token that ends a document.
    package static let endOfTextName = "<|endoftext|>"

    /// The tokens of `text`, in which no special token is recognised.
    package func encode(_ text: [UInt8]) -> [UInt32] {
        var tokens: [UInt32] = []
        var encoder = makeEncoder()
        encoder.encode(text.span, into: &tokens)
        return tokens
    }

    /// An encoder for many texts.
    package func makeEncoder() -> TokenEncoder {
        TokenEncoder(scanner: PieceScanner(pattern), model: model)
    }

    /// The bytes the tokens stand for; special tokens give their names.
    package func decode(_ tokens: [UInt32]) throws(MalformedInput) -> [UInt8] {
        var text: [UInt8] = []
        for token in tokens {
            guard Int(token) < vocabularySize else {
                throw MalformedInput(
                    "token \(token) is not below the vocabulary size \(vocabularySize)")
            }
            text += vocabulary.bytes(of: token)
        }
        return text
    }
}
