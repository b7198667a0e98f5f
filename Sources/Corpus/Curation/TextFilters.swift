/// Judges a text by itself.
struct TextFilters: Sendable {
    private let settings: CurationSettings

    init(_ settings: CurationSettings) {
        self.settings = settings
    }

    /// Why the text is left out; nil if it is kept.
    func reason(against text: [UInt8]) -> DropReason? {
        if text.count < settings.minimumBytes { return .tooFewBytes }
        if text.count > settings.maximumBytes { return .tooManyBytes }
        if settings.minimumWords > 0 || settings.minimumLetters > 0
            || settings.filters.contains(.gopher)
        {
            if let reason = reason(against: TextStatistics(text)) { return reason }
        }
        guard settings.filters.contains(.repetition) else { return nil }
        if Repetition.isExcessive(text, separator: [0x0A]) { return .repeatedLines }
        if Repetition.isExcessive(text, separator: [0x0A, 0x0A]) { return .repeatedParagraphs }
        return nil
    }

    private func reason(against text: TextStatistics) -> DropReason? {
        if text.words < settings.minimumWords { return .tooFewWords }
        if text.lettersAndNumbers * 1_000_000 < text.characters * Int(settings.minimumLetters) {
            return .tooFewLetters
        }
        return settings.filters.contains(.gopher) ? Self.gopher(text) : nil
    }

    /// The rules of quality of Gopher (Rae and others 2021, table A1), in whole numbers.
    private static func gopher(_ text: TextStatistics) -> DropReason? {
        guard (50...100_000).contains(text.words) else { return .gopherWords }
        guard (3 * text.words...10 * text.words).contains(text.characters) else {
            return .gopherWordLength
        }
        guard 10 * text.numberSigns <= text.words, 10 * text.ellipses <= text.words else {
            return .gopherSymbols
        }
        guard 10 * text.bulletLines <= 9 * text.lines else { return .gopherBullets }
        guard 10 * text.ellipsisLines <= 3 * text.lines else { return .gopherEllipses }
        guard 10 * text.wordsWithLetter >= 8 * text.words else { return .gopherLetters }
        return text.stopWords >= 2 ? nil : .gopherStopWords
    }
}

/// Parts of a text that stand in it more than once.
enum Repetition {
    /// Whether more than three of ten parts, or more than a fifth of their bytes, stood there before.
    static func isExcessive(_ text: [UInt8], separator: [UInt8]) -> Bool {
        var seen = FingerprintSet(lanes: 1)
        var (parts, repeated, bytes, repeatedBytes) = (0, 0, 0, 0)
        var start = 0
        func take(_ end: Int) {
            let part = text[start..<end].trimmed
            guard !part.isEmpty else { return }
            parts += 1
            bytes += part.count
            guard !seen.insert(Words.hash(part.indices, of: text)) else { return }
            repeated += 1
            repeatedBytes += part.count
        }
        while let end = text[start...].firstStart(of: separator) {
            take(end)
            start = end + separator.count
        }
        take(text.count)
        return 10 * repeated > 3 * parts || 5 * repeatedBytes > bytes
    }
}

extension ArraySlice<UInt8> {
    /// Without spaces and line ends of ASCII around it.
    fileprivate var trimmed: ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = firstIndex(where: { !isSpace($0) }),
            let last = lastIndex(where: { !isSpace($0) })
        else { return [] }
        return self[first...last]
    }

    /// Where `separator`, one line feed or two, first begins.
    fileprivate func firstStart(of separator: [UInt8]) -> Int? {
        var rest = self
        while let found = rest.firstIndex(of: 0x0A) {
            if self[found...].starts(with: separator) { return found }
            rest = self[(found + 1)...]
        }
        return nil
    }
}
