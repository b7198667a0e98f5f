/// Cuts text into the pieces a split pattern matches, in one pass and without copying.
///
/// Every byte of the text lies in exactly one piece. Bytes that are not UTF-8 count as characters
/// that are neither letter, number nor space.
package struct PieceScanner: Sendable {
    let pattern: SplitPattern
    let classes: CharacterClasses

    /// A scanner for one of the known patterns.
    package init(_ pattern: SplitPattern) {
        self.pattern = pattern
        classes = .standard
    }

    /// The end of the piece that begins at `start`, which must be before the end of the text.
    package func endOfPiece(in text: Span<UInt8>, from start: Int) -> Int {
        switch pattern {
        case .llama3: llama3Piece(in: text, from: start)
        case .gpt2: gpt2Piece(in: text, from: start)
        case .qwen2: qwen2Piece(in: text, from: start)
        case .smollm: smollmPiece(in: text, from: start)
        case .o200k: o200kPiece(in: text, from: start)
        }
    }

    /// Where pieces start in the `CharacterBlock.size` bytes at `text`, the first of which starts
    /// one; `readableMargin` bytes must be readable.
    ///
    /// See `PieceStarts.swift`; a pattern without such a rule tells of the first piece only.
    @inline(__always)
    func starts(inBlockAt text: UnsafePointer<UInt8>) -> UInt64 {
        switch pattern {
        case .gpt2:
            let block = unsafe CharacterBlock(at: text, classes: classes, stopsAtNumbers: false)
            return unsafe block.gpt2Starts(in: text)
        case .llama3:
            let block = unsafe CharacterBlock(at: text, classes: classes, stopsAtNumbers: true)
            return unsafe block.llama3Starts(in: text, digits: 3)
        case .qwen2:
            let block = unsafe CharacterBlock(at: text, classes: classes, stopsAtNumbers: true)
            return unsafe block.llama3Starts(in: text, digits: 1)
        case .smollm, .o200k:
            return 1
        }
    }

    /// The ends of pieces from `position`, where one must start, as bits counted from there.
    ///
    /// They are zero if only `endOfPiece` can tell. Sixteen bytes can be read from every piece that
    /// ends so.
    @inline(__always)
    func ends(in text: UnsafeBufferPointer<UInt8>, from position: Int) -> UInt64 {
        guard let base = text.baseAddress, position + Self.readableMargin <= text.count else {
            return 0
        }
        return unsafe starts(inBlockAt: base + position) & ~1
    }

    /// How many bytes must be readable where a block is scanned.
    static let readableMargin = CharacterBlock.size + 16

    /// The pieces of a whole text as ranges of bytes.
    package func pieces(of text: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var position = 0
        unsafe text.withUnsafeBufferPointer { bytes in
            while position < bytes.count {
                var ends = unsafe ends(in: bytes, from: position)
                let block = position
                if ends == 0 {
                    let end = endOfPiece(in: text.span, from: position)
                    found.append(position..<end)
                    position = end
                }
                while ends != 0 {
                    let end = block + ends.trailingZeroBitCount
                    ends &= ends &- 1
                    found.append(position..<end)
                    position = end
                }
            }
        }
        return found
    }

    /// The end of the run of characters of one class that begins at `start`.
    func endOfRun(of wanted: UInt8, in text: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while position < text.count {
            let quick = classes.byte(text[position])
            if quick == wanted {
                position += 1
                continue
            }
            guard quick == CharacterClass.multibyte else { break }
            let (found, length) = classes.character(in: text, at: position)
            guard found == wanted else { break }
            position += length
        }
        return position
    }

    /// The end of the piece that begins with white space at `start`: `\s+(?!\S)|\s+`.
    ///
    /// A run followed by something gives back its last character, unless it is the only one.
    /// With `cutsAfterNewlines` a run that has line ends is cut after the last: `\s*[\r\n]+`.
    func whitespacePiece(
        in text: Span<UInt8>, from start: Int, cutsAfterNewlines: Bool
    ) -> Int {
        var position = start
        var lastStart = start
        var afterNewline: Int?
        while position < text.count {
            let (found, length) = classes.character(in: text, at: position)
            guard found == CharacterClass.space || found == CharacterClass.newline else { break }
            lastStart = position
            position += length
            if found == CharacterClass.newline { afterNewline = position }
        }
        if cutsAfterNewlines, let afterNewline { return afterNewline }
        return position == text.count || lastStart == start ? position : lastStart
    }
}
