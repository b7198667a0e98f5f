/// One text with the name of where it came from.
package struct Document: Sendable, Equatable {
    /// Where the text came from: a path relative to the operand, then the path in each archive.
    ///
    /// It is a label for people; nothing is ever opened or written under it.
    package var source: String

    /// The text in UTF-8.
    package var bytes: [UInt8]

    /// What else is known of it.
    package var labels: DocumentLabels

    /// A text and where it came from.
    package init(source: String, bytes: [UInt8], labels: DocumentLabels = .none) {
        self.source = source
        self.bytes = bytes
        self.labels = labels
    }

    /// The document cut after line ends into documents of at most `limit` bytes.
    ///
    /// A line longer than that is cut between characters.
    package func pieces(ofAtMost limit: Int) -> [Document] {
        guard bytes.count > limit else { return [self] }
        var pieces: [Document] = []
        var start = 0
        while start < bytes.count {
            let end = Self.endOfPiece(of: bytes, from: start, limit: limit)
            pieces.append(
                Document(
                    source: "\(source)#\(pieces.count)", bytes: Array(bytes[start..<end]),
                    labels: labels))
            start = end
        }
        return pieces
    }

    /// Where the piece of `bytes` that begins at `start` ends, at most `limit` bytes on.
    ///
    /// That is after the last line feed, or if there is none before the character that would cross.
    /// A part of ill-formed UTF-8 that stands for one character is not cut either.
    static func endOfPiece(of bytes: [UInt8], from start: Int, limit: Int) -> Int {
        let limit = max(limit, 4)
        guard bytes.count - start > limit else { return bytes.count }
        let latest = start + limit
        if let line = bytes[start..<latest].lastIndex(of: UInt8(ascii: "\n")) { return line + 1 }
        var end = latest
        while end > start + 1, bytes[end] & 0xC0 == 0x80, latest - end < 3 { end -= 1 }
        return end
    }
}
