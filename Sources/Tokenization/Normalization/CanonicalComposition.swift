/// Normalization form C (Unicode Standard Annex 15), by the tables of `CompositionTables`.
///
/// Bytes that are not UTF-8 stay as they are, and characters are not composed across them.
struct CanonicalComposition {
    /// The version of Unicode that says what composes.
    static let unicodeVersion = CompositionTables.version

    private let data = CompositionData.standard
    /// The characters of one stretch, decomposed: the combining class above the code point.
    private var characters: [UInt32] = []

    private static let pointMask: UInt32 = 0xFF_FFFF

    /// The text composed, or nil if it has no character that composition could touch.
    mutating func compose(_ text: Span<UInt8>) -> [UInt8]? {
        guard var position = firstUnstable(in: text, from: 0) else { return nil }
        var composed: [UInt8] = []
        composed.reserveCapacity(text.count)
        var copied = 0
        while true {
            let base = UTF8Decoding.startOfCharacter(in: text, before: position)
            let start = max(copied, base ?? position)
            let end = endOfStretch(in: text, from: position)
            for index in copied..<start { composed.append(text[index]) }
            composeStretch(text, start..<end, into: &composed)
            copied = end
            guard let next = firstUnstable(in: text, from: end) else { break }
            position = next
        }
        for index in copied..<text.count { composed.append(text[index]) }
        return composed
    }

    /// The position of the first character that is not stable, or nil.
    private func firstUnstable(in text: Span<UInt8>, from start: Int) -> Int? {
        var position = start
        while position < text.count {
            // Every character before U+0300 is stable, and their bytes are below 0xCC.
            if text[position] < 0xCC {
                position += 1
            } else if let (point, length) = UTF8Decoding.scalar(in: text, at: position) {
                if !data.isStable(point) { return position }
                position += length
            } else {
                position += 1
            }
        }
        return nil
    }

    /// The end of the characters from `start` on that are not stable.
    private func endOfStretch(in text: Span<UInt8>, from start: Int) -> Int {
        var position = start
        while position < text.count,
            let (point, length) = UTF8Decoding.scalar(in: text, at: position),
            !data.isStable(point)
        {
            position += length
        }
        return position
    }

    private mutating func composeStretch(
        _ text: Span<UInt8>, _ range: Range<Int>, into composed: inout [UInt8]
    ) {
        characters.removeAll(keepingCapacity: true)
        var position = range.lowerBound
        while position < range.upperBound,
            let (point, length) = UTF8Decoding.scalar(in: text, at: position)
        {
            data.decompose(point) { part in
                characters.append(UInt32(data.combiningClass(part)) << 24 | part)
            }
            position += length
        }
        orderMarks()
        for point in recomposed() { UTF8Decoding.append(point, to: &composed) }
    }

    /// Sorts each run of marks by combining class, those of one class as they stand.
    private mutating func orderMarks() {
        var start = 0
        while start < characters.count {
            var end = start
            var isSorted = true
            while end < characters.count, characters[end] > Self.pointMask {
                if end > start, characters[end] >> 24 < characters[end - 1] >> 24 {
                    isSorted = false
                }
                end += 1
            }
            if !isSorted { sortMarks(start..<end) }
            start = end + 1
        }
    }

    private mutating func sortMarks(_ range: Range<Int>) {
        var keys = range.map { index in
            UInt64(characters[index] >> 24) << 32 | UInt64(index - range.lowerBound)
        }
        keys.sort()
        let marks = Array(characters[range])
        for (index, key) in zip(range, keys) {
            characters[index] = marks[Int(key & 0xFFFF_FFFF)]
        }
    }

    /// The characters after composition with the starters before them.
    private func recomposed() -> [UInt32] {
        var output: [UInt32] = []
        var starter: Int?
        var lastClass: UInt32 = 0
        for character in characters {
            let point = character & Self.pointMask
            let number = character >> 24
            if let starter, starter == output.count - 1 || lastClass < number,
                let composite = data.compose(output[starter], point)
            {
                output[starter] = composite
                continue
            }
            if number == 0 { starter = output.count }
            lastClass = number
            output.append(point)
        }
        return output
    }
}
