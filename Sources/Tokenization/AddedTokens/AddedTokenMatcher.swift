/// Finds added tokens in text: the leftmost, of those the longest, and none inside another.
struct AddedTokenMatcher: Sendable {
    private let tokens: [AddedToken]
    /// The trie of the texts: the node after a node (above the lowest byte) and a byte.
    private var edges: [UInt64: UInt32] = [:]
    /// The token that ends at each node, or nil.
    private var ends: [Int?] = [nil]
    private var isFirstByte = [Bool](repeating: false, count: 256)

    /// A matcher of tokens by the bytes to look for.
    init(_ patterns: [([UInt8], AddedToken)]) {
        tokens = patterns.map(\.1)
        hasOrdinaryTokens = tokens.contains { !$0.isSpecial }
        for (number, (bytes, _)) in patterns.enumerated() {
            var node: UInt32 = 0
            for byte in bytes { node = child(of: node, byte) }
            // Where normalizing makes two texts one, the first counts.
            if ends[Int(node)] == nil { ends[Int(node)] = number }
            isFirstByte[Int(bytes[0])] = true
        }
    }

    /// Whether there is nothing to find.
    var isEmpty: Bool { tokens.isEmpty }

    /// Whether there is something to find that is no special token.
    let hasOrdinaryTokens: Bool

    /// Calls `body` with each part of the text: its range, and its token if it is one.
    ///
    /// Unless `matchesSpecials`, a special token is part of the text around it; but its text still
    /// hides what begins inside of it, as in `tokenizers`.
    func split(
        _ text: Span<UInt8>, matchesSpecials: Bool, _ body: (Range<Int>, UInt32?) -> Void
    ) {
        var position = 0
        var partStart = 0
        var white = 0..<0
        while let (start, end, token) = next(in: text, from: position) {
            position = end
            guard matchesSpecials || !token.isSpecial,
                !token.isSingleWord || !TextBoundary.touchesWord(start..<end, in: text)
            else { continue }
            var range = start..<end
            if token.stripsLeft {
                let first = TextBoundary.startOfWhiteSpace(
                    in: text, before: start, after: partStart)
                range = min(first, start)..<end
            }
            if token.stripsRight {
                if !white.contains(end) {
                    white = end..<TextBoundary.endOfWhiteSpace(in: text, from: end)
                }
                range = range.lowerBound..<max(end, white.upperBound)
            }
            if partStart < range.lowerBound { body(partStart..<range.lowerBound, nil) }
            body(range, token.id)
            partStart = range.upperBound
        }
        if partStart < text.count { body(partStart..<text.count, nil) }
    }

    /// The next token at or after `start`.
    private func next(
        in text: Span<UInt8>, from start: Int
    ) -> (start: Int, end: Int, token: AddedToken)? {
        for position in start..<max(start, text.count) where isFirstByte[Int(text[position])] {
            if let (end, number) = longest(in: text, at: position) {
                return (position, end, tokens[number])
            }
        }
        return nil
    }

    private func longest(in text: Span<UInt8>, at start: Int) -> (end: Int, number: Int)? {
        var node: UInt32 = 0
        var found: (Int, Int)?
        for position in start..<text.count {
            guard let next = edges[Self.edge(node, text[position])] else { break }
            node = next
            if let number = ends[Int(node)] { found = (position + 1, number) }
        }
        return found
    }

    private mutating func child(of node: UInt32, _ byte: UInt8) -> UInt32 {
        let edge = Self.edge(node, byte)
        if let next = edges[edge] { return next }
        let next = UInt32(ends.count)
        edges[edge] = next
        ends.append(nil)
        return next
    }

    private static func edge(_ node: UInt32, _ byte: UInt8) -> UInt64 {
        UInt64(node) << 8 | UInt64(byte)
    }
}
