import Tokenization

/// Text as a sequence of words, for comparing texts whatever their spaces, punctuation and case.
///
/// A word is a run of letters and numbers; in scripts that are written without spaces each character
/// is a word. Capital letters of ASCII count as small ones.
enum Words {
    /// Hands the bytes of each word to `body` until that returns false.
    static func forEach(in text: [UInt8], _ body: (Range<Int>) -> Bool) {
        let span = text.span
        var position = 0
        var start = 0
        while position < span.count {
            let byte = span[position]
            var isPart = isLetterOrDigit(byte)
            var length = 1
            if byte >= 0x80 {
                let (kind, size) = CharacterKind.of(span, at: position)
                isPart = kind == .letter || kind == .number
                length = size
                if isPart, standsAlone(span, at: position) {
                    if start < position, !body(start..<position) { return }
                    if !body(position..<position + length) { return }
                    position += length
                    start = position
                    continue
                }
            }
            if !isPart {
                if start < position, !body(start..<position) { return }
                start = position + length
            }
            position += length
        }
        if start < position { _ = body(start..<position) }
    }

    /// FNV-1a (64 bits) of a word in small letters, mixed.
    static func hash(_ word: Range<Int>, of text: [UInt8]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for position in word {
            hash = (hash ^ UInt64(smallLetter(text[position]))) &* 0x100_0000_01B3
        }
        return hash.mixed
    }

    /// The small letter of ASCII for a capital one; anything else is returned as it is.
    static func smallLetter(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        let small = byte | 0x20
        return small >= 0x61 && small <= 0x7A || byte >= 0x30 && byte <= 0x39
    }

    /// Whether a letter belongs to a script without spaces: Thai, Lao, Myanmar, Khmer, kana, Han, Yi.
    private static func standsAlone(_ text: Span<UInt8>, at position: Int) -> Bool {
        guard text[position] >= 0xE0, let (scalar, _) = UTF8Decoding.scalar(in: text, at: position)
        else { return false }
        return switch scalar {
        case 0x0E00...0x0EFF, 0x1000...0x109F, 0x1780...0x17FF, 0x2E80...0xA4CF, 0xF900...0xFAFF,
            0x20000...0x3FFFF:
            true
        default: false
        }
    }
}

/// The hashes of all runs of so many words in a text.
struct Shingles {
    /// How many words are in each.
    let words: Int

    private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// Hands the hash of each run to `body` until that returns false; says whether there was any run.
    ///
    /// It is the sum of h_i · base^(words − 1 − i) mod 2^64 over the hashes of the words, mixed.
    @discardableResult
    func forEach(in text: [UInt8], _ body: (UInt64) -> Bool) -> Bool {
        var power: UInt64 = 1
        for _ in 0..<words { power = power &* Self.base }
        var recent = [UInt64](repeating: 0, count: words)
        var sum: UInt64 = 0
        var count = 0
        Words.forEach(in: text) { word in
            let hash = Words.hash(word, of: text)
            let slot = count % words
            sum = sum &* Self.base &+ hash &- recent[slot] &* power
            recent[slot] = hash
            count += 1
            return count < words || body(sum.mixed)
        }
        return count >= words
    }
}

extension UInt64 {
    /// The output function of SplitMix64 (Steele, Lea and Flood 2014): a permutation.
    var mixed: UInt64 {
        var value = (self ^ self >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
