import Encodings
import Storage
import Testing

@Suite("zstd frames")
struct ZstdFrameTests {
    private func compress(_ content: [UInt8], inPartsOf size: Int = 1 << 20) throws -> [UInt8] {
        var sink = MemorySink()
        var frames = ZstdFrameSink()
        for start in stride(from: 0, to: content.count, by: size) {
            let part = content[start..<min(start + size, content.count)]
            try frames.write([UInt8](part), to: &sink)
        }
        try frames.finish(to: &sink)
        return sink.bytes
    }

    private func decompress(_ file: [UInt8]) throws -> [UInt8]? {
        var source = ZstdFrameSource(BufferedSource(MemorySource(file)))
        return try source.readToEnd(limit: 1 << 24)
    }

    private func noise(_ count: Int) -> [UInt8] {
        var state: UInt32 = 1
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return UInt8(state >> 24)
        }
    }

    @Test(
        "content of every size around the frame's comes back",
        arguments: [
            1, 255, 256, 65_791, 65_792, 1 << 20 - 1, 1 << 20, 1 << 20 + 1, 5 << 19,
        ])
    func roundTrip(count: Int) throws {
        let content = noise(count)
        let read = try decompress(compress(content))
        #expect(read == content)
    }

    @Test("the bytes do not depend on how the content arrives")
    func determinism() throws {
        let content = noise(3000) + [UInt8](repeating: 7, count: 1 << 20)
        let whole = try compress(content)
        let parts = try compress(content, inPartsOf: 4097)
        #expect(whole == parts)
    }

    @Test("every prefix and every changed byte is refused")
    func mutations() throws {
        let file = try compress(Array("some content, some content".utf8) + noise(40))
        for count in file.indices {
            #expect(throws: MalformedInput.self) { try decompress([UInt8](file[..<count])) }
        }
        for index in file.indices {
            for bit in 0..<8 {
                var changed = file
                changed[index] ^= 1 << UInt8(bit)
                #expect(throws: MalformedInput.self) { try decompress(changed) }
            }
        }
    }

    @Test("a frame that promises more than it may, or holds more than it promises, is refused")
    func bombs() throws {
        // One segment, no checksum, 1 GiB of content as 128 KiB blocks of one repeated byte.
        let block: [UInt8] = [0x02, 0x00, 0x10, 0x00]
        let header: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xA4]
        let huge = header + [0, 0, 0, 0x40] + (0..<64).flatMap { _ in block }
        #expect(throws: MalformedInput.self) { try decompress(huge) }
        let lying = header + [0, 0, 0x10, 0] + (0..<64).flatMap { _ in block } + [3, 0, 0, 0]
        #expect(throws: MalformedInput.self) { try decompress(lying + [0, 0, 0, 0]) }
        let byte: [UInt8] = [0x08, 0, 0, 7]
        let endless = header + [0, 0, 0x10, 0] + (0..<(1 << 19)).flatMap { _ in byte }
        let error = #expect(throws: MalformedInput.self) { try decompress(endless) }
        #expect(error?.reason == "frame 0: expected at most 1053184 bytes, found more")
        let padded = header + [0, 0, 0x10, 0] + [UInt8](repeating: 0, count: 3 << 20)
        #expect(
            throws: MalformedInput("frame 0: expected a block that is not empty, found one")
        ) { try decompress(padded) }
    }

    @Test("the trailer ends the file")
    func trailer() throws {
        let file = try compress([1, 2, 3])
        #expect(throws: MalformedInput("expected the end after the trailer, found more bytes")) {
            try decompress(file + [0])
        }
        #expect(throws: MalformedInput.self) { try decompress(file + file) }
        let short = Array(file.dropLast(53))
        #expect(
            throws: MalformedInput(
                "frame 1: expected the trailer after a frame that is not full")
        ) { try decompress(short + file) }
    }
}
