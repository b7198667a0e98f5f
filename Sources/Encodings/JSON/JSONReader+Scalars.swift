extension JSONReader {
    /// The longest text of a number.
    static let maximumNumberLength = 256

    /// The string whose opening quote is here.
    mutating func string() throws(MalformedInput) -> String {
        let start = position
        position += 1
        var run = position
        var unescaped: [UInt8] = []
        while let byte = peekAfterPlainBytes() {
            if byte == UInt8(ascii: "\"") {
                if !unescaped.isEmpty { unescaped += bytes[run..<position] }
                let text =
                    unescaped.isEmpty
                    ? Self.text(bytes.span.extracting(run..<position)) : Self.text(unescaped.span)
                guard let text else { throw fault("expected UTF-8, found other bytes", start) }
                position += 1
                if run > start + 1,
                    !JSON.string(text).orderedBytes().elementsEqual(bytes[start..<position])
                {
                    isCanonical = false
                }
                return text
            }
            guard byte == UInt8(ascii: "\\") else {
                throw fault("expected control characters as escapes")
            }
            unescaped += bytes[run..<position]
            let scalar = try escape()
            if scalar.isASCII {
                unescaped.append(UInt8(scalar.value))
            } else {
                unescaped += UTF8.encode(scalar).map(Array.init) ?? []
            }
            run = position
        }
        throw fault("expected '\"'")
    }

    /// The text of bytes, or nil if they are not UTF-8.
    private static func text(_ bytes: Span<UInt8>) -> String? {
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            return nil
        }
    }

    /// Steps over bytes that stand for themselves in a string, eight at a time; the byte then here.
    private mutating func peekAfterPlainBytes() -> UInt8? {
        let each: UInt64 = 0x0101_0101_0101_0101
        unsafe bytes.withUnsafeBytes { bytes in
            while position + 8 <= bytes.count {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
                let quote = word ^ (0x22 &* each)
                let backslash = word ^ (0x5C &* each)
                // The upper bit of a byte is set where one of these subtractions borrows first.
                let special =
                    (quote &- each) & ~quote | (backslash &- each) & ~backslash
                    | (word &- (0x20 &* each)) & ~word
                guard special & (0x80 &* each) == 0 else { return }
                position += 8
            }
        }
        while let byte = peek, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\")
        {
            position += 1
        }
        return peek
    }

    /// The character that the escape sequence here stands for.
    private mutating func escape() throws(MalformedInput) -> Unicode.Scalar {
        let start = position
        position += 1
        guard let letter = peek else { throw fault("expected an escape sequence") }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(from: start)
        default: throw fault("expected an escape sequence", start)
        }
    }

    /// The character of one `\u` and four digits, or of a surrogate pair of them.
    private mutating func unicodeEscape(from start: Int) throws(MalformedInput) -> Unicode.Scalar {
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw fault("expected a pair of surrogates, found one alone", start)
        }
        let second = try codeUnit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw fault("expected a pair of surrogates, found one alone", start) }
        return scalar
    }

    /// The value of four hexadecimal digits.
    private mutating func codeUnit() throws(MalformedInput) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = hexadecimalValue(byte) else {
                throw fault("expected four hexadecimal digits")
            }
            unit = unit << 4 | UInt32(digit)
            position += 1
        }
        return unit
    }

    /// The value of a digit in either case.
    private func hexadecimalValue(_ byte: UInt8) -> UInt8? {
        Hex.value(byte >= UInt8(ascii: "A") ? byte | 0x20 : byte)
    }

    /// The number that starts here.
    mutating func number() throws(MalformedInput) -> JSON {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        var isInteger = true
        if take(UInt8(ascii: ".")) {
            isInteger = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isInteger = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        guard position - start <= Self.maximumNumberLength else {
            throw fault("expected a number of at most \(Self.maximumNumberLength) bytes", start)
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard isInteger, text != "-0", let value = Int64(text) else { return .number(text) }
        return .integer(value)
    }

    private mutating func digits() throws(MalformedInput) {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            position += 1
        }
        guard position > start else { throw fault("expected a digit") }
    }
}
