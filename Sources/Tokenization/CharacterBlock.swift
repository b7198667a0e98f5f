internal import CProcessor

/// The classes of the characters in 64 bytes of text, a bit for each byte, the first the lowest.
///
/// A character of several bytes has its bits in all of them. Classification ends before a
/// character that rules count one by one, or that goes past the 64 bytes.
struct CharacterBlock {
    /// How many bytes are looked at, and how many more must be readable.
    static let size = 64

    /// What `\p{L}` matches.
    private(set) var letters: UInt64
    /// What `\p{N}` matches.
    private(set) var numbers: UInt64
    /// U+0020.
    let blanks: UInt64
    /// What `\s` matches, line ends excepted.
    private(set) var gaps: UInt64
    /// Carriage return and line feed.
    private(set) var newlines: UInt64
    /// Everything else.
    private(set) var others: UInt64
    /// Apostrophes, which are among `others`.
    let apostrophes: UInt64
    /// The first bytes of `others`, by the length of the character, from one byte to four.
    private(set) var otherFirsts: (UInt64, UInt64, UInt64, UInt64)
    /// How many bytes are classified.
    private(set) var count = Self.size

    /// Classifies the bytes at `text`; with `stopsAtNumbers` no further than the first number
    /// outside ASCII.
    @inline(__always)
    init(
        at text: UnsafePointer<UInt8>, classes: CharacterClasses, stopsAtNumbers: Bool
    ) {
        func between(_ low: UInt8, _ high: UInt8, fold: UInt8 = 0) -> UInt64 {
            unsafe processor_bytes_between(text, fold, low, high)
        }
        letters = between(UInt8(ascii: "a"), UInt8(ascii: "z"), fold: 0x20)
        numbers = between(UInt8(ascii: "0"), UInt8(ascii: "9"))
        blanks = between(0x20, 0x20)
        newlines = between(0x0A, 0x0A) | between(0x0D, 0x0D)
        gaps = blanks | between(0x09, 0x0D) & ~newlines
        apostrophes = between(0x27, 0x27)
        let multibyte = between(0x80, 0xFF)
        others = ~(letters | numbers | gaps | newlines | multibyte)
        otherFirsts = (others, 0, 0, 0)
        guard multibyte != 0 else { return }
        unsafe classify(
            multibyte, at: text, classes: classes, stopsAtNumbers: stopsAtNumbers)
    }

    /// The bytes that are classified.
    var classified: UInt64 { count == Self.size ? .max : 1 &<< UInt64(count) &- 1 }

    @inline(never)
    private mutating func classify(
        _ multibyte: UInt64, at text: UnsafePointer<UInt8>, classes: CharacterClasses,
        stopsAtNumbers: Bool
    ) {
        var left = multibyte
        while left != 0 {
            let place = left.trailingZeroBitCount
            guard place <= Self.size - 4 else { return stop(before: place) }
            let (found, length) = unsafe classes.character(at: text + place)
            let bits: UInt64 = (1 &<< UInt64(length) &- 1) &<< UInt64(place)
            switch found {
            case CharacterClass.letter: letters |= bits
            case CharacterClass.number where !stopsAtNumbers: numbers |= bits
            case CharacterClass.other: add(other: bits, length: length)
            default: return stop(before: place)
            }
            left &= ~bits
        }
    }

    private mutating func add(other bits: UInt64, length: Int) {
        others |= bits
        let first = bits & (0 &- bits)
        switch length {
        case 1: otherFirsts.0 |= first
        case 2: otherFirsts.1 |= first
        case 3: otherFirsts.2 |= first
        default: otherFirsts.3 |= first
        }
    }

    private mutating func stop(before place: Int) {
        count = place
        letters &= classified
        numbers &= classified
        gaps &= classified
        newlines &= classified
        others &= classified
    }
}
