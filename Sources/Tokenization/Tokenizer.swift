package import Encodings

/// Text to token ids and back: a byte-pair encoding as in `tokenizer.json` files.
///
/// Every text can be encoded. Decoding gives back its very bytes if the file asks for no
/// normalization; else those of the normalized text.
package struct Tokenizer: Sendable {
    let normalizer: Normalizer
    let model: TextModel
    let addedTokens: AddedTokens
    /// Whether decoding drops the space that encoding put before the text.
    let dropsFirstSpace: Bool
    let rawTokens: AddedTokenMatcher
    let normalizedTokens: AddedTokenMatcher

    init(
        normalizer: Normalizer, model: TextModel, addedTokens: AddedTokens, dropsFirstSpace: Bool
    ) {
        self.normalizer = normalizer
        self.model = model
        self.addedTokens = addedTokens
        self.dropsFirstSpace = dropsFirstSpace
        (rawTokens, normalizedTokens) = addedTokens.matchers(normalizer)
    }

    /// A byte-level tokenizer that has every byte and does not normalize.
    init(pattern: SplitPattern, model: BytePairModel) {
        let vocabulary = model.vocabulary
        let added = vocabulary.specialTokens.map { id in
            AddedToken(id: id, text: String(decoding: vocabulary.bytes(of: id), as: UTF8.self))
        }
        self.init(
            normalizer: .none, model: .bytes(model, pattern, missing: []),
            addedTokens: AddedTokens(added), dropsFirstSpace: false)
    }

    /// The tokens with their bytes.
    package var vocabulary: Vocabulary {
        switch model {
        case .bytes(let model, _, _): model.vocabulary
        case .characters(let model, _): model.vocabulary
        }
    }

    /// The bytes that are no token and are left out of text: none that a character has which
    /// Unicode assigns.
    package var missingBytes: [UInt8] {
        if case .bytes(_, _, let missing) = model { missing } else { [] }
    }

    /// One more than the largest token id.
    package var vocabularySize: Int { vocabulary.count }

    /// The token that ends a document: the special token of the first of these names it has.
    package var endOfText: UInt32? {
        for name in Self.endOfTextNames {
            let wanted = Array(name.utf8)[...]
            let found = vocabulary.specialTokens.first { vocabulary.bytes(of: $0) == wanted }
            if let found { return found }
        }
        return nil
    }

    /// The name under which our trainer adds the token that ends a document.
    package static let endOfTextName = "<|endoftext|>"

    private static let endOfTextNames = [
        endOfTextName, "<|end_of_text|>", "</s>", "<｜end▁of▁sentence｜>", "<eos>",
    ]

    /// The tokens of `text`.
    package func encode(
        _ text: [UInt8], specialTokens policy: SpecialTokenPolicy = .asText
    ) -> [UInt32] {
        var tokens: [UInt32] = []
        var encoder = makeEncoder()
        encoder.encode(text.span, specialTokens: policy, into: &tokens)
        return tokens
    }

    /// An encoder for many texts.
    package func makeEncoder() -> TextEncoder {
        TextEncoder(self)
    }

    /// The bytes the tokens stand for; special tokens give their names.
    ///
    /// Where encoding put a space before the text, the first of the bytes is dropped if it is one,
    /// unless the tokens continue a text.
    package func decode(
        _ tokens: [UInt32], continuing: Bool = false
    ) throws(MalformedInput) -> [UInt8] {
        var text: [UInt8] = []
        for token in tokens {
            guard Int(token) < vocabularySize else {
                throw MalformedInput(
                    "token \(token) is not below the vocabulary size \(vocabularySize)")
            }
            text += vocabulary.bytes(of: token)
        }
        if dropsFirstSpace, !continuing, text.first == SpaceMark.space { text.removeFirst() }
        return text
    }
}

/// How normalized text becomes tokens.
enum TextModel: Sendable {
    /// Pieces of bytes; the bytes `missing` are no tokens.
    case bytes(BytePairModel, SplitPattern, missing: [UInt8])
    /// Characters, in a text that may have been marked before.
    case characters(CharacterPairModel, Metaspace?)
}
