import Encodings
import Glibc
import Tokenization

/// Applies a policy to bytes that should be UTF-8.
struct TextRepair {
    let policy: InvalidTextPolicy

    /// The text with the number of replacements, or nil if it is to be left out.
    func wellFormed(
        _ bytes: [UInt8], source: String
    ) throws(MalformedInput) -> (bytes: [UInt8], replacements: Int)? {
        guard let fault = UTF8Decoding.firstInvalidByte(in: bytes.span) else { return (bytes, 0) }
        switch policy {
        case .refuse: throw MalformedInput("byte \(fault) is not UTF-8", in: source)
        case .skip: return nil
        case .replace:
            let (text, replacements) = UTF8Decoding.repair(bytes)
            return (text, replacements)
        }
    }

    /// As `wellFormed`, for JSON: half a surrogate pair, written as an escape, is no character.
    func wellFormed(
        json bytes: [UInt8], source: String
    ) throws(MalformedInput) -> (bytes: [UInt8], replacements: Int)? {
        guard var (text, replacements) = try wellFormed(bytes, source: source) else { return nil }
        guard let first = SurrogateEscapes.alone(in: text).first else {
            return (text, replacements)
        }
        switch policy {
        case .refuse:
            throw MalformedInput("at byte \(first): a surrogate without its other half", in: source)
        case .skip: return nil
        case .replace: replacements += SurrogateEscapes.replace(in: &text)
        }
        return (text, replacements)
    }
}

/// Escapes such as `\ud800` in JSON text that stand for half a character.
enum SurrogateEscapes {
    /// Where those stand that lack the other half.
    static func alone(in text: [UInt8]) -> [Int] {
        var found: [Int] = []
        var position = 0
        while let backslash = nextBackslash(in: text, from: position) {
            position = backslash + 2
            guard let unit = unit(in: text, at: backslash) else { continue }
            position = backslash + 6
            guard (0xD800...0xDFFF).contains(unit) else { continue }
            if unit < 0xDC00, let second = self.unit(in: text, at: position),
                (0xDC00...0xDFFF).contains(second)
            {
                position += 6
            } else {
                found.append(backslash)
            }
        }
        return found
    }

    /// Puts `\uFFFD` in their places and says how many there were.
    static func replace(in text: inout [UInt8]) -> Int {
        let found = alone(in: text)
        for start in found { text.replaceSubrange(start + 2..<start + 6, with: "FFFD".utf8) }
        return found.count
    }

    private static func nextBackslash(in text: [UInt8], from position: Int) -> Int? {
        unsafe text.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, position < bytes.count,
                let found = unsafe memchr(base + position, 0x5C, bytes.count - position)
            else { return nil }
            return unsafe base.distance(to: UnsafeRawPointer(found))
        }
    }

    /// The value of the four-digit escape (`\u0041`) that starts at `position`, if one does.
    private static func unit(in text: [UInt8], at position: Int) -> UInt32? {
        guard position + 6 <= text.count, text[position] == UInt8(ascii: "\\"),
            text[position + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt32 = 0
        for index in position + 2..<position + 6 {
            switch text[index] {
            case 0x30...0x39: unit = unit << 4 | UInt32(text[index] - 0x30)
            case 0x41...0x46: unit = unit << 4 | UInt32(text[index] - 0x41 + 10)
            case 0x61...0x66: unit = unit << 4 | UInt32(text[index] - 0x61 + 10)
            default: return nil
            }
        }
        return unit
    }
}
