import Tokenization

/// What filters ask of a text, counted in one pass; a word is what stands between spaces.
struct TextStatistics {
    /// Words.
    private(set) var words = 0
    /// Words with a letter.
    private(set) var wordsWithLetter = 0
    /// Characters that are not spaces.
    private(set) var characters = 0
    /// Letters and numbers.
    private(set) var lettersAndNumbers = 0
    /// Number signs.
    private(set) var numberSigns = 0
    /// Ellipses, of one character or three.
    private(set) var ellipses = 0
    /// Lines with anything but spaces.
    private(set) var lines = 0
    /// Those that begin with a bullet.
    private(set) var bulletLines = 0
    /// Those that end with an ellipsis.
    private(set) var ellipsisLines = 0
    /// How many of the stop words occur.
    var stopWords: Int { stopWordsSeen.nonzeroBitCount }

    private var stopWordsSeen: UInt8 = 0

    init(_ text: [UInt8]) {
        for line in text.split(separator: 0x0A) { take(line) }
    }

    private mutating func take(_ line: ArraySlice<UInt8>) {
        var start = line.startIndex
        var hasWords = false
        let text = line.span
        var position = 0
        var lastEnd = line.startIndex
        var hasLetter = false
        while position < text.count {
            let (kind, length) = CharacterKind.of(text, at: position)
            position += length
            if kind == .space {
                let end = line.startIndex + position - length
                if start < end { finish(line[start..<end], hasLetter, &hasWords, &lastEnd) }
                start = line.startIndex + position
                hasLetter = false
            } else {
                characters += 1
                if kind == .letter { hasLetter = true }
                if kind != .other { lettersAndNumbers += 1 }
            }
        }
        if start < line.endIndex {
            finish(line[start...], hasLetter, &hasWords, &lastEnd)
        }
        guard hasWords else { return }
        lines += 1
        let shown = line[..<lastEnd]
        if Self.ellipsis.contains(where: { shown.ends(with: $0) }) { ellipsisLines += 1 }
    }

    private mutating func finish(
        _ word: ArraySlice<UInt8>, _ hasLetter: Bool, _ lineHasWords: inout Bool,
        _ lastEnd: inout Int
    ) {
        if !lineHasWords, Self.bullets.contains(where: { word.starts(with: $0) }) {
            bulletLines += 1
        }
        lineHasWords = true
        lastEnd = word.endIndex
        words += 1
        if hasLetter { wordsWithLetter += 1 }
        count(symbolsIn: word)
        note(stopWord: word)
    }

    private mutating func count(symbolsIn word: ArraySlice<UInt8>) {
        var dots = 0
        for (index, byte) in zip(word.indices, word) {
            dots = byte == UInt8(ascii: ".") ? dots + 1 : 0
            if byte == UInt8(ascii: "#") { numberSigns += 1 }
            if dots == 3 {
                ellipses += 1
                dots = 0
            }
            if byte == 0xE2, word[index...].starts(with: Self.ellipsis[1]) { ellipses += 1 }
        }
    }

    private mutating func note(stopWord word: ArraySlice<UInt8>) {
        func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
        guard word.count <= 16, let first = word.firstIndex(where: isLetter),
            let last = word.lastIndex(where: isLetter), last - first < 4
        else { return }
        let letters = word[first...last].map(Words.smallLetter)
        for (index, stopWord) in Self.stopWordBytes.enumerated() where letters == stopWord {
            stopWordsSeen |= 1 << UInt8(index)
        }
    }

    private static let ellipsis: [[UInt8]] = [Array("...".utf8), Array("…".utf8)]
    private static let bullets = ["•", "-", "*"].map { Array($0.utf8) }
    private static let stopWordBytes =
        ["the", "be", "to", "of", "and", "that", "have", "with"].map { Array($0.utf8) }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(with tail: [UInt8]) -> Bool {
        suffix(tail.count).elementsEqual(tail)
    }
}
