/// A regular expression that cuts text into pieces, known by name and scanned by hand.
package enum SplitPattern: String, Sendable, CaseIterable {
    /// The pattern of Llama 3: digits in groups of up to three, contractions in either case.
    case llama3
    /// The pattern of GPT-2.
    case gpt2

    /// The regular expression as `tokenizer.json` files spell it.
    package var expression: String {
        switch self {
        case .llama3:
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"#
                + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        case .gpt2:
            #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
        }
    }

    /// The pattern spelled this way, if it is one of ours.
    package init?(expression: String) {
        let wanted = Array(expression.utf8)
        guard let pattern = Self.allCases.first(where: { Array($0.expression.utf8) == wanted })
        else { return nil }
        self = pattern
    }
}
