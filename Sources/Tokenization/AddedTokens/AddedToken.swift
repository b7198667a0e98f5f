import Encodings

/// A token beside the model's: it is found in the text before anything else is done to it.
struct AddedToken: Sendable {
    /// The token's id.
    let id: UInt32
    /// The text that stands for it.
    let text: String
    /// Whether it stands outside text, as the end of text does.
    var isSpecial = true
    /// Whether it is looked for in the normalized text, itself normalized.
    var isNormalized = false
    /// Whether it takes the white space before it.
    var stripsLeft = false
    /// Whether it takes the white space after it.
    var stripsRight = false
    /// Whether it counts only where no word character touches it.
    var isSingleWord = false
}

/// The entries of `added_tokens`.
struct AddedTokens: Sendable {
    /// The longest text of an added token in bytes.
    static let longestText = 1024

    /// The tokens in the order of the file.
    private(set) var list: [AddedToken] = []

    /// The special tokens `tokens`, which have no flags.
    init(_ tokens: [AddedToken] = []) {
        list = tokens
    }

    /// Reads the entries; every id and every text occurs once.
    init(parsing entries: [JSON]) throws(MalformedInput) {
        var ids: Set<UInt32> = []
        var texts: Set<[UInt8]> = []
        for entry in entries {
            let token = try AddedToken(parsing: entry)
            guard ids.insert(token.id).inserted, texts.insert(Array(token.text.utf8)).inserted
            else {
                throw MalformedInput(
                    "added token \(token.id), \(MalformedInput.quoted(token.text)), occurs twice",
                    in: "tokenizer")
            }
            list.append(token)
        }
    }

    /// What finds the tokens in text as it is, and in normalized text.
    func matchers(_ normalizer: Normalizer) -> (
        raw: AddedTokenMatcher, normalized: AddedTokenMatcher
    ) {
        let raw = list.filter { !$0.isNormalized }.map { (Array($0.text.utf8), $0) }
        let normalized = list.filter(\.isNormalized).map { token in
            let text = Array(token.text.utf8)
            return (normalizer.apply(text.span) ?? text, token)
        }
        return (AddedTokenMatcher(raw), AddedTokenMatcher(normalized))
    }
}

extension AddedToken {
    fileprivate init(parsing entry: JSON) throws(MalformedInput) {
        var fields = try JSONFields(entry, of: "added token")
        id = try UInt32(fields.integer("id", in: 0...Int64(Vocabulary.maximumSize - 1)))
        text = try fields.string("content", limit: AddedTokens.longestText)
        isSpecial = try fields.optionalBool("special") ?? false
        isNormalized = try fields.optionalBool("normalized") ?? !isSpecial
        stripsLeft = try fields.optionalBool("lstrip") ?? false
        stripsRight = try fields.optionalBool("rstrip") ?? false
        isSingleWord = try fields.optionalBool("single_word") ?? false
        try fields.finish()
        guard !text.isEmpty else {
            throw MalformedInput("added token \(id) is empty", in: "tokenizer")
        }
    }
}
