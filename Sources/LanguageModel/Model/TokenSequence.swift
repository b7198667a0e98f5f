/// A row of T + 1 tokens: which of them are predicted, and from which others.
package struct TokenSequence: Sendable, Equatable {
    /// The tokens, T + 1.
    package let tokens: [UInt32]
    /// The lengths of the documents, or parts of such, that stand in the row one after another.
    ///
    /// What follows the last is padding. Nil if the row is one text of which every token is predicted.
    package let segments: [Int]?
    /// Whether a token sees those of its own segment alone, at positions counted from its start.
    package let resetsAttention: Bool

    /// A row of one text.
    package init(_ tokens: [UInt32]) {
        self.init(tokens, segments: nil, resetsAttention: false)
    }

    /// A row of several texts, whose lengths must be positive and fit into the row.
    package init(_ tokens: [UInt32], segments: [Int]?, resetsAttention: Bool) {
        precondition(tokens.count > 1, "a sequence predicts no token")
        precondition(
            segments.map { $0.allSatisfy { $0 > 0 } && $0.reduce(0, +) <= tokens.count } ?? true,
            "segments \(segments ?? []) of \(tokens.count) tokens")
        self.tokens = tokens
        self.segments = segments
        self.resetsAttention = resetsAttention
    }

    /// The tokens the model reads, T.
    var inputs: ArraySlice<UInt32> { tokens.dropLast() }

    /// The tokens that follow each of those.
    var targets: ArraySlice<UInt32> { tokens.dropFirst() }

    /// Of each of the T tokens read, whether the next one is predicted.
    ///
    /// It is if it goes on with the same segment: first tokens of segments and padding are not.
    package var predictions: [Bool] {
        guard let segments else { return [Bool](repeating: true, count: tokens.count - 1) }
        var isPredicted = [Bool](repeating: false, count: tokens.count - 1)
        var start = 0
        for length in segments {
            for place in start..<start + length - 1 { isPredicted[place] = true }
            start += length
        }
        return isPredicted
    }

    /// How many tokens are predicted.
    package var predictedCount: Int {
        segments.map { $0.reduce(0) { $0 + $1 - 1 } } ?? tokens.count - 1
    }

    /// The stretches of the T tokens read that see nothing but themselves, which cover them;
    /// padding is one of its own.
    package var attentionRuns: [Range<Int>] {
        let end = tokens.count - 1
        guard resetsAttention, let segments else { return [0..<end] }
        var runs: [Range<Int>] = []
        var start = 0
        for length in segments + [tokens.count] where start < end {
            runs.append(start..<min(end, start + length))
            start += length
        }
        return runs
    }
}
