import Encodings

/// The content of a stream that `ZstdFrameSink` wrote; anything else is refused.
///
/// Of the content at most one frame is in memory, of the frames those that wait to be hashed. When the content ends, the trailer was
/// there, its digest was right and nothing followed it.
package struct ZstdFrameSource<Source: ByteSource>: ByteSource {
    /// The compressed bytes.
    package private(set) var source: BufferedSource<Source>

    private let decoder = ZstdDecoder()
    private let digester = BackgroundDigester()
    private var content: ArraySlice<UInt8> = []
    private var frameIndex = 0
    private var isLast = false
    private var isFinished = false

    /// The content of the frames in `source`.
    package init(_ source: BufferedSource<Source>) {
        self.source = source
    }

    /// The next bytes of content, at most `count`, or none at the end.
    package mutating func read(upTo count: Int) throws -> [UInt8] {
        if content.isEmpty, !isFinished {
            let next = try nextContent()
            guard next.count > count else { return next }
            content = next[...]
        }
        let part = [UInt8](content.prefix(count))
        content = content.dropFirst(count)
        return part
    }

    /// The content of the next frame, or nothing after the trailer.
    private mutating func nextContent() throws -> [UInt8] {
        let start = try source.peek(4)
        if frameIndex > 0, start.elementsEqual(ZstdFrame.trailerStart.prefix(4)) {
            try checkTrailer()
            isFinished = true
            return []
        }
        let subject = "frame \(frameIndex)"
        guard !isLast else {
            throw MalformedInput("\(subject): expected the trailer after a frame that is not full")
        }
        let (frame, count) = try nextFrame(subject)
        frameIndex += 1
        isLast = count < ZstdFrame.contentSize
        digester.update(frame)
        do throws(MalformedInput) {
            return try decoder.content(of: frame, count: count)
        } catch {
            throw MalformedInput("\(subject): \(error.reason)")
        }
    }

    /// The bytes of the frame that starts here, and the size of its content.
    private mutating func nextFrame(_ subject: String) throws -> ([UInt8], Int) {
        var (frame, count) = try header(subject)
        var isLastBlock = false
        while !isLastBlock {
            let block = try source.take(3, of: "\(subject): block header")
            frame += block
            let bits = Int(LittleEndian.integer(from: block[...]))
            isLastBlock = bits & 1 == 1
            let size = bits >> 3
            guard bits >> 1 & 3 != 3, size <= ZstdFrame.maximumBlockContent else {
                throw MalformedInput(
                    "\(subject): expected a block of at most \(ZstdFrame.maximumBlockContent)"
                        + " bytes, found block header 0x\(Hex.encode(block))")
            }
            guard size > 0 else {
                throw MalformedInput("\(subject): expected a block that is not empty, found one")
            }
            let isRepeatedByte = bits >> 1 & 3 == 1
            frame += try source.take(isRepeatedByte ? 1 : size, of: "\(subject): block")
            guard frame.count <= ZstdFrame.maximumLength else {
                throw MalformedInput(
                    "\(subject): expected at most \(ZstdFrame.maximumLength) bytes, found more")
            }
        }
        frame += try source.take(4, of: "\(subject): checksum")
        return (frame, count)
    }

    /// The header of the frame that starts here, and the size of content that it states.
    private mutating func header(_ subject: String) throws -> ([UInt8], Int) {
        let start = [UInt8](try source.peek(9))
        let sizeLength = start.count < 5 ? 0 : [0x24: 1, 0x64: 2, 0xA4: 4][start[4]] ?? 0
        guard start.starts(with: ZstdFrame.magic), sizeLength > 0,
            start.count >= 5 + sizeLength
        else {
            throw MalformedInput(
                "\(subject): expected a zstd frame with content size, checksum, single segment"
                    + " and no dictionary, found bytes 0x\(Hex.encode(start))")
        }
        let header = [UInt8](start[..<(5 + sizeLength)])
        let stated = LittleEndian.integer(from: header[5...]) + (sizeLength == 2 ? 256 : 0)
        guard (1...UInt64(ZstdFrame.contentSize)).contains(stated),
            header == ZstdFrame.header(contentSize: Int(stated))
        else {
            throw MalformedInput(
                "\(subject): expected a content size from 1 to \(ZstdFrame.contentSize)"
                    + " in the fewest bytes, found \(stated)")
        }
        return (try source.take(header.count, of: subject), Int(stated))
    }

    private mutating func checkTrailer() throws {
        let digest = digester.finalize()
        let expected = ZstdFrame.trailerStart + digest.bytes
        let found = try source.take(expected.count, of: "trailer")
        guard found.starts(with: ZstdFrame.trailerStart) else {
            throw MalformedInput("trailer: expected 'nous-tools v1', found other bytes")
        }
        guard found == expected else {
            throw MalformedInput(
                "trailer: expected digest \(digest),"
                    + " found \(Hex.encode(found.suffix(Digest.byteCount)))")
        }
        guard try source.isAtEnd() else {
            throw MalformedInput("expected the end after the trailer, found more bytes")
        }
    }
}
