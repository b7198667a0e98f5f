/// What the split patterns need to know about a character.
enum CharacterClass {
    /// What `\p{L}` matches.
    static let letter: UInt8 = 0
    /// What `\p{N}` matches.
    static let number: UInt8 = 1
    /// What `\s` matches, carriage return and line feed excepted.
    static let space: UInt8 = 2
    /// Carriage return or line feed.
    static let newline: UInt8 = 3
    /// Everything else, bytes that are not UTF-8 among it.
    static let other: UInt8 = 4
    /// A byte above 0x7F: the class depends on the whole character.
    static let multibyte: UInt8 = 5
}

/// The class of every character, as a table of bytes and a two-stage table of code points.
package struct CharacterClasses: Sendable {
    /// The version of Unicode the classes were taken from.
    package static let unicodeVersion = UnicodeRanges.version

    /// The tables, built once.
    static let standard = CharacterClasses()

    private static let blockBits: UInt32 = 7
    private let byteClasses: [UInt8]
    private let blockIndex: [UInt16]
    private let blocks: [UInt8]

    private init() {
        let flat = Self.classOfEveryCodePoint()
        var index: [UInt16] = []
        var blocks: [UInt8] = []
        var known: [[UInt8]: UInt16] = [:]
        let size = 1 << Int(Self.blockBits)
        for start in stride(from: 0, to: flat.count, by: size) {
            let block = Array(flat[start..<start + size])
            if let number = known[block] {
                index.append(number)
            } else {
                let number = UInt16(known.count)
                known[block] = number
                index.append(number)
                blocks += block
            }
        }
        byteClasses = flat[0..<128] + [UInt8](repeating: CharacterClass.multibyte, count: 128)
        blockIndex = index
        self.blocks = blocks
    }

    /// The class of the character whose first byte is at `position`, and its length in bytes.
    func character(in text: Span<UInt8>, at position: Int) -> (characterClass: UInt8, length: Int) {
        let quick = byteClasses[Int(text[position])]
        guard quick == CharacterClass.multibyte else { return (quick, 1) }
        guard let (scalar, length) = UTF8Decoding.scalar(in: text, at: position) else {
            return (CharacterClass.other, 1)
        }
        let block = Int(blockIndex[Int(scalar >> Self.blockBits)])
        let offset = Int(scalar & (1 << Self.blockBits - 1))
        return (blocks[block << Int(Self.blockBits) | offset], length)
    }

    /// The class of the character at `text`, and its length in bytes; four bytes must be readable.
    @inline(__always)
    func character(
        at text: UnsafePointer<UInt8>
    ) -> (characterClass: UInt8, length: Int) {
        let span = unsafe Span(_unsafeStart: text, count: 4)
        return character(in: span, at: 0)
    }

    /// The class of one byte; `CharacterClass.multibyte` above 0x7F.
    func byte(_ value: UInt8) -> UInt8 {
        byteClasses[Int(value)]
    }

    private static func classOfEveryCodePoint() -> [UInt8] {
        var flat = [UInt8](repeating: CharacterClass.other, count: 0x110000)
        let tables = [
            (UnicodeRanges.letters, CharacterClass.letter),
            (UnicodeRanges.numbers, CharacterClass.number),
            (UnicodeRanges.whitespace, CharacterClass.space),
        ]
        for (table, characterClass) in tables {
            var point = 0
            for pair in stride(from: 0, to: table.count, by: 2) {
                point += Int(table[pair])
                for _ in 0..<table[pair + 1] {
                    flat[point] = characterClass
                    point += 1
                }
            }
        }
        flat[0x0A] = CharacterClass.newline
        flat[0x0D] = CharacterClass.newline
        return flat
    }
}
