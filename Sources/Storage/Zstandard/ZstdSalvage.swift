import Encodings

/// What is left of a damaged file of `ZstdFrameSink`: the frames that are sound, in order.
///
/// A frame is sound if it decompresses to the size that it states and its checksum is right. Where
/// one is not, reading goes on at the next place where a sound frame begins.
package struct ZstdSalvage {
    /// A stretch of the file.
    package enum Piece {
        /// The content of a sound frame.
        case content([UInt8])
        /// Bytes that belong to no sound frame.
        case damage(Range<Int>)
    }

    /// The frames and what lies between them; the trailer is left out.
    package private(set) var pieces: [Piece] = []

    /// Examines the whole of `file`.
    package init(_ file: [UInt8]) {
        let decoder = ZstdDecoder()
        var offset = 0
        var damage = 0..<0
        while offset < file.count, !Self.isTrailer(file[offset...]) {
            if let (content, length) = Self.frame(file[offset...], decoder) {
                if !damage.isEmpty { pieces.append(.damage(damage)) }
                pieces.append(.content(content))
                offset += length
                damage = offset..<offset
            } else {
                offset = Self.nextStart(in: file, after: offset)
                damage = damage.lowerBound..<offset
            }
        }
        if !damage.isEmpty { pieces.append(.damage(damage)) }
    }

    /// Whether a trailer begins here, be its digest right or not.
    private static func isTrailer(_ rest: ArraySlice<UInt8>) -> Bool {
        rest.starts(with: ZstdFrame.trailerStart)
            && rest.count == ZstdFrame.trailerStart.count + Digest.byteCount
    }

    /// The first offset after `offset` where a frame or the trailer may begin.
    private static func nextStart(in file: [UInt8], after offset: Int) -> Int {
        let starts = [ZstdFrame.magic, Array(ZstdFrame.trailerStart.prefix(4))]
        return (offset + 1..<max(offset + 1, file.count)).first { candidate in
            (file[candidate] == starts[0][0] || file[candidate] == starts[1][0])
                && starts.contains { file[candidate...].starts(with: $0) }
        } ?? file.count
    }

    /// The content and the length of the sound frame that begins here.
    private static func frame(
        _ rest: ArraySlice<UInt8>, _ decoder: ZstdDecoder
    ) -> (content: [UInt8], length: Int)? {
        guard let (size, headerLength) = header(rest),
            let length = length(rest, headerLength: headerLength),
            let content = try? decoder.content(of: Array(rest.prefix(length)), count: size)
        else { return nil }
        return (content, length)
    }

    /// The size of content that the frame header states, and the length of the header.
    private static func header(_ rest: ArraySlice<UInt8>) -> (size: Int, length: Int)? {
        let start = Array(rest.prefix(9))
        guard start.count >= 6, let sizeLength = [0x24: 1, 0x64: 2, 0xA4: 4][start[4]],
            start.count >= 5 + sizeLength
        else { return nil }
        let length = 5 + sizeLength
        let stated = LittleEndian.integer(from: start[5..<length]) + (sizeLength == 2 ? 256 : 0)
        guard (1...UInt64(ZstdFrame.contentSize)).contains(stated),
            Array(start[..<length]) == ZstdFrame.header(contentSize: Int(stated))
        else { return nil }
        return (Int(stated), length)
    }

    /// How long the frame is by its block headers (RFC 8878 section 3.1.1.2), checksum included.
    private static func length(_ rest: ArraySlice<UInt8>, headerLength: Int) -> Int? {
        var length = headerLength
        while length + 3 <= min(rest.count, ZstdFrame.maximumLength) {
            let start = rest.startIndex + length
            let bits = Int(LittleEndian.integer(from: rest[start..<start + 3]))
            guard bits >> 1 & 3 != 3, (1...ZstdFrame.maximumBlockContent).contains(bits >> 3) else {
                return nil
            }
            length += 3 + (bits >> 1 & 3 == 1 ? 1 : bits >> 3)
            guard bits & 1 == 1 else { continue }
            return length + 4 <= rest.count ? length + 4 : nil
        }
        return nil
    }
}
