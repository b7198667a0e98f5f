/// The characters that stand for bytes in the text of a byte-level vocabulary.
///
/// Source: GPT-2's `bytes_to_unicode`. The bytes 33–126, 161–172 and 174–255 stand for themselves
/// as Latin-1; the other 68, in ascending order, are U+0100 and on.
package enum ByteAlphabet {
    /// The code point of each byte.
    package static let characters: [UInt16] = {
        var next: UInt16 = 0x100
        return (0...255).map { (byte: UInt16) in
            switch byte {
            case 33...126, 161...172, 174...255: return byte
            default:
                defer { next += 1 }
                return next
            }
        }
    }()

    /// The bytes in the order of their characters, which is the order of their token ids.
    package static let order: [UInt8] = (0...255).sorted {
        characters[Int($0)] < characters[Int($1)]
    }

    private static let bytes: [UInt16: UInt8] = Dictionary(
        uniqueKeysWithValues: (0...255).map { (characters[Int($0)], UInt8($0)) })

    /// The text that stands for some bytes.
    package static func text(for bytes: some Sequence<UInt8>) -> String {
        var encoded: [UInt8] = []
        for byte in bytes {
            let point = characters[Int(byte)]
            if point < 0x80 {
                encoded.append(UInt8(point))
            } else {
                encoded.append(UInt8(0xC0 | point >> 6))
                encoded.append(UInt8(0x80 | point & 0x3F))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The bytes a text stands for, or nil if it has a character outside the alphabet.
    package static func bytes(for text: String) -> [UInt8]? {
        var decoded: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let point = UInt16(exactly: scalar.value), let byte = bytes[point] else {
                return nil
            }
            decoded.append(byte)
        }
        return decoded
    }
}
