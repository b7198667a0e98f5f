/// A way of cutting text into pieces, known by name and scanned by hand.
package enum SplitPattern: String, Sendable, CaseIterable {
    /// The pattern of Llama 3: digits in groups of up to three, contractions in either case.
    case llama3
    /// The pattern of GPT-2.
    case gpt2
    /// The pattern of Qwen2: Llama 3's with each digit by itself.
    case qwen2
    /// SmolLM2's, StarCoder's and Refact's way: each digit is cut out, then GPT-2's pattern.
    case smollm
    /// The pattern of o200k, which also cuts words before capitals.
    case o200k

    /// The regular expression as `tokenizer.json` files spell it.
    package var expression: String {
        switch self {
        case .llama3:
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"#
                + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        case .qwen2:
            #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"#
                + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        case .o200k:
            Self.o200kWord("*", "+") + "|" + Self.o200kWord("+", "*")
                + #"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        case .gpt2, .smollm:
            #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
        }
    }

    private static func o200kWord(_ capitals: String, _ smallLetters: String) -> String {
        #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"# + capitals
            + #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"# + smallLetters + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    }

    /// The pattern that is the regular expression spelled this way, if it is one of ours.
    package init?(expression: String) {
        let wanted = Array(expression.utf8)
        let found = Self.allCases.first { pattern in
            pattern != .smollm && Array(pattern.expression.utf8) == wanted
        }
        guard let found else { return nil }
        self = found
    }
}
