/// The profile of Zstandard (RFC 8878) that our files use.
///
/// A file is one frame for each mebibyte of content and then a trailer: a skippable frame with
/// `nous-tools v1` and the SHA-256 digest of all bytes of the file before the trailer.
package enum ZstdFrame {
    /// The bytes of content in every frame but the last, which has from 1 to as many.
    package static let contentSize = 1 << 20

    /// The compression level of the writer.
    package static let level: Int32 = 3

    /// The four bytes that a frame begins with.
    package static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

    /// The first bytes of the trailer: magic number 0x184D2A5D, length 45, `nous-tools v1`.
    static let trailerStart: [UInt8] =
        [0x5D, 0x2A, 0x4D, 0x18, 45, 0, 0, 0] + [UInt8]("nous-tools v1".utf8)

    /// The most bytes that a frame of `contentSize` bytes may take: content, block headers, ends.
    static let maximumLength = contentSize + contentSize / 256 + 512

    /// The largest content of one block (RFC 8878 section 3.1.1.2.4).
    static let maximumBlockContent = 1 << 17

    /// The header of a frame of `size` bytes of content, of which there is exactly one.
    ///
    /// It states the content size in the fewest bytes, a checksum, a single segment and no
    /// dictionary (RFC 8878 section 3.1.1.1).
    static func header(contentSize size: Int) -> [UInt8] {
        let low = UInt8(truncatingIfNeeded: size)
        switch size {
        case ..<256: return magic + [0x24, low]
        case ..<65_792:
            let rest = size - 256
            return magic + [0x64, UInt8(rest & 255), UInt8(rest >> 8)]
        default:
            return magic + [0xA4] + (0..<4).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) }
        }
    }
}
