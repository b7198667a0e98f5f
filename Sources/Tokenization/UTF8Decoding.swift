/// Well-formed UTF-8 (Unicode 16.0, Table 3-7) and what stands in for the rest.
package enum UTF8Decoding {
    /// The scalar that begins at `position` and its length in bytes; nil where no character begins.
    package static func scalar(
        in text: Span<UInt8>, at position: Int
    ) -> (scalar: UInt32, length: Int)? {
        let first = text[position]
        let left = text.count - position
        switch first {
        case 0x00...0x7F:
            return (UInt32(first), 1)
        case 0xC2...0xDF:
            guard left >= 2, isTrail(text[position + 1]) else { return nil }
            return (bits(first, 0x1F) << 6 | bits(text[position + 1], 0x3F), 2)
        case 0xE0...0xEF:
            guard left >= 3, isSecond(text[position + 1], after: first),
                isTrail(text[position + 2])
            else { return nil }
            let high = bits(first, 0x0F) << 12 | bits(text[position + 1], 0x3F) << 6
            return (high | bits(text[position + 2], 0x3F), 3)
        case 0xF0...0xF4:
            guard left >= 4, isSecond(text[position + 1], after: first),
                isTrail(text[position + 2]), isTrail(text[position + 3])
            else { return nil }
            let high = bits(first, 0x07) << 18 | bits(text[position + 1], 0x3F) << 12
            return (high | bits(text[position + 2], 0x3F) << 6 | bits(text[position + 3], 0x3F), 4)
        default:
            return nil
        }
    }

    /// The end of the words of eight bytes below 0x80 that begin at `start`.
    static func endOfASCIIWords(in text: Span<UInt8>, from start: Int) -> Int {
        var position = start
        unsafe text.withUnsafeBytes { bytes in
            while position + 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                guard word & 0x8080_8080_8080_8080 == 0 else { return }
                position += 8
            }
        }
        return position
    }

    /// Where the character begins that ends just before `end`; nil where none does.
    static func startOfCharacter(in text: Span<UInt8>, before end: Int) -> Int? {
        for length in 1...4 where length <= end && text[end - length] & 0xC0 != 0x80 {
            let found = scalar(in: text, at: end - length)
            return found?.length == length ? end - length : nil
        }
        return nil
    }

    /// Appends a scalar value in UTF-8.
    static func append(_ scalar: UInt32, to text: inout [UInt8]) {
        let trail = { (shift: UInt32) in UInt8(0x80 | scalar >> shift & 0x3F) }
        switch scalar {
        case 0..<0x80: text.append(UInt8(scalar))
        case 0x80..<0x800: text += [UInt8(0xC0 | scalar >> 6), trail(0)]
        case 0x800..<0x10000: text += [UInt8(0xE0 | scalar >> 12), trail(6), trail(0)]
        default: text += [UInt8(0xF0 | scalar >> 18), trail(12), trail(6), trail(0)]
        }
    }

    /// The position of the first byte that belongs to no well-formed character, or nil.
    package static func firstInvalidByte(in text: Span<UInt8>) -> Int? {
        var position = 0
        while position < text.count {
            if text[position] < 0x80 {
                position = endOfASCII(in: text, from: position + 1)
            } else if let (_, length) = scalar(in: text, at: position) {
                position += length
            } else {
                return position
            }
        }
        return nil
    }

    /// The end of the bytes below 0x80 from `start`, or a place within them.
    private static func endOfASCII(in text: Span<UInt8>, from start: Int) -> Int {
        var position = start
        unsafe text.withUnsafeBytes { bytes in
            while position + 32 <= bytes.count {
                var together: UInt64 = 0
                for offset in 0..<4 {
                    unsafe together |= bytes.loadUnaligned(
                        fromByteOffset: position + 8 * offset, as: UInt64.self)
                }
                guard together & 0x8080_8080_8080_8080 == 0 else { return }
                position += 32
            }
        }
        return position
    }

    /// The text with each maximal ill-formed part replaced by U+FFFD, and how many there were.
    ///
    /// The parts are those of the Unicode Standard, section 3.9, "U+FFFD Substitution of Maximal
    /// Subparts", which browsers and Python follow too.
    package static func repair(_ text: [UInt8]) -> (text: [UInt8], replacements: Int) {
        let span = text.span
        guard var position = firstInvalidByte(in: span) else { return (text, 0) }
        var repaired = Array(text[0..<position])
        var replacements = 0
        while position < span.count {
            if let (_, length) = scalar(in: span, at: position) {
                repaired += text[position..<position + length]
                position += length
            } else {
                repaired += [0xEF, 0xBF, 0xBD]
                position += maximalSubpart(in: span, at: position)
                replacements += 1
            }
        }
        return (repaired, replacements)
    }

    /// How many bytes from `position` start a character that then breaks off; at least one.
    private static func maximalSubpart(in text: Span<UInt8>, at position: Int) -> Int {
        let first = text[position]
        let needed: Int
        switch first {
        case 0xE0...0xEF: needed = 2
        case 0xF0...0xF4: needed = 3
        default: return 1
        }
        var length = 1
        while length < needed, position + length < text.count {
            let byte = text[position + length]
            guard length == 1 ? isSecond(byte, after: first) : isTrail(byte) else { break }
            length += 1
        }
        return length
    }

    private static func isTrail(_ byte: UInt8) -> Bool {
        byte & 0xC0 == 0x80
    }

    private static func isSecond(_ byte: UInt8, after first: UInt8) -> Bool {
        switch first {
        case 0xE0: byte >= 0xA0 && byte <= 0xBF
        case 0xED: byte >= 0x80 && byte <= 0x9F
        case 0xF0: byte >= 0x90 && byte <= 0xBF
        case 0xF4: byte >= 0x80 && byte <= 0x8F
        default: isTrail(byte)
        }
    }

    private static func bits(_ byte: UInt8, _ mask: UInt8) -> UInt32 {
        UInt32(byte & mask)
    }
}
