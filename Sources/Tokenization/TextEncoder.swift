/// What becomes of the text of a special token, such as `<|endoftext|>`, in a text to encode.
package enum SpecialTokenPolicy: Sendable {
    /// It is text like any other, so that no document can smuggle a special token in.
    case asText
    /// It is the special token, as the `encode` of `tokenizers` has it.
    case asTokens
}

/// Encodes text after text with one tokenizer, remembering the pieces it has met.
///
/// The tokens depend on the text alone. Make one encoder per thread.
package struct TextEncoder {
    private let normalizer: Normalizer
    private let rawTokens: AddedTokenMatcher
    private let normalizedTokens: AddedTokenMatcher
    private let scheme: Metaspace.Scheme?
    private var bytes: ByteLevelEncoder?
    private var characters: CharacterPairEncoder?

    init(_ tokenizer: Tokenizer) {
        normalizer = tokenizer.normalizer
        rawTokens = tokenizer.rawTokens
        normalizedTokens = tokenizer.normalizedTokens
        switch tokenizer.model {
        case .bytes(let model, let pattern, let missing):
            scheme = nil
            bytes = ByteLevelEncoder(
                model, pattern: pattern, composes: normalizer == .composition, missing: missing)
        case .characters(let model, let metaspace):
            scheme = metaspace?.scheme
            characters = CharacterPairEncoder(
                model, replacesSpaces: metaspace != nil || normalizer.replacesSpaces,
                splitsAtMarks: metaspace?.splits ?? false)
        }
    }

    /// Appends the tokens of `text`, which has at most 4 GiB.
    ///
    /// Added tokens that are not special are found in it always, special ones as `policy` says.
    package mutating func encode(
        _ text: Span<UInt8>, specialTokens policy: SpecialTokenPolicy = .asText,
        into tokens: inout [UInt32]
    ) {
        let matchesSpecials = policy == .asTokens
        guard matchesSpecials || rawTokens.hasOrdinaryTokens else {
            encodePart(text, isFirst: true, matchesSpecials, into: &tokens)
            return
        }
        rawTokens.split(text, matchesSpecials: matchesSpecials) { range, token in
            if let token {
                tokens.append(token)
            } else {
                encodePart(
                    text.extracting(range), isFirst: range.lowerBound == 0, matchesSpecials,
                    into: &tokens)
            }
        }
    }

    /// A part between added tokens, in which those of normalized text may be.
    private mutating func encodePart(
        _ text: Span<UInt8>, isFirst: Bool, _ matchesSpecials: Bool, into tokens: inout [UInt32]
    ) {
        let hasTokens =
            matchesSpecials ? !normalizedTokens.isEmpty : normalizedTokens.hasOrdinaryTokens
        guard hasTokens else {
            encodeText(text, isFirst: isFirst, isNormalized: false, into: &tokens)
            return
        }
        let normalized = normalizer.apply(text) ?? text.indices.map { text[$0] }
        let span = normalized.span
        normalizedTokens.split(span, matchesSpecials: matchesSpecials) { range, token in
            if let token {
                tokens.append(token)
            } else {
                encodeText(
                    span.extracting(range), isFirst: isFirst && range.lowerBound == 0,
                    isNormalized: true, into: &tokens)
            }
        }
    }

    private mutating func encodeText(
        _ text: Span<UInt8>, isFirst: Bool, isNormalized: Bool, into tokens: inout [UInt32]
    ) {
        bytes?.encode(text, isNormalized: isNormalized, into: &tokens)
        let mark = putsMark(before: text, isFirst: isFirst, isNormalized: isNormalized)
        characters?.encode(text, prependsMark: mark, into: &tokens)
    }

    /// Whether a mark is put before a part of a text.
    private func putsMark(before text: Span<UInt8>, isFirst: Bool, isNormalized: Bool) -> Bool {
        guard !text.isEmpty else { return false }
        if normalizer.prependsMark, !isNormalized { return true }
        guard scheme == .always || scheme == .first && isFirst else { return false }
        guard text[0] != SpaceMark.space else { return false }
        return text.count < 3 || (0..<3).contains { text[$0] != SpaceMark.bytes[$0] }
    }
}

extension Normalizer {
    /// Whether a mark is put before the text.
    fileprivate var prependsMark: Bool {
        if case .spaceMarks(let prepends, _) = self { prepends } else { false }
    }

    /// Whether spaces are written as marks.
    fileprivate var replacesSpaces: Bool {
        if case .spaceMarks(_, let replaces) = self { replaces } else { false }
    }
}
