/// What is done to a text before it is cut into pieces.
enum Normalizer: Sendable, Equatable {
    /// Nothing.
    case none
    /// Normalization form C.
    case composition
    /// SentencePiece's way: a mark before the text if `prepends`, and for each space.
    case spaceMarks(prepends: Bool, replaces: Bool)

    /// The normalized text, or nil if it is the same.
    func apply(_ text: Span<UInt8>) -> [UInt8]? {
        switch self {
        case .none:
            return nil
        case .composition:
            var composition = CanonicalComposition()
            return composition.compose(text)
        case .spaceMarks(let prepends, let replaces):
            guard !text.isEmpty else { return nil }
            var marked = prepends ? SpaceMark.bytes : []
            for index in text.indices {
                if replaces, text[index] == SpaceMark.space {
                    marked += SpaceMark.bytes
                } else {
                    marked.append(text[index])
                }
            }
            return marked
        }
    }
}

/// The character with which SentencePiece writes a space: U+2581.
enum SpaceMark {
    /// The space it stands for.
    static let space: UInt8 = 0x20
    /// The mark as text.
    static let text = "\u{2581}"
    /// The mark in UTF-8.
    static let bytes = Array(text.utf8)
}

/// The pre-tokenizer that marks spaces, as newer files of SentencePiece's kind have it.
struct Metaspace: Sendable {
    /// Which parts of a text get a mark before them, unless they begin with one.
    enum Scheme: String, Sendable {
        /// The part at the text's beginning.
        case first
        /// Every part between added tokens.
        case always
        /// None.
        case never
    }

    /// Where a mark is added.
    let scheme: Scheme
    /// Whether the text is cut before each mark.
    let splits: Bool
}
