import Encodings
import Storage
import Testing

@Suite("a buffered source")
struct BufferedSourceTests {
    /// Bytes that come three at a time.
    private struct SlowSource: ByteSource {
        var rest: ArraySlice<UInt8>

        init(_ text: String) { rest = Array(text.utf8)[...] }

        mutating func read(upTo count: Int) throws -> [UInt8] {
            let part = rest.prefix(min(3, count))
            rest = rest.dropFirst(part.count)
            return Array(part)
        }
    }

    private func lines(_ text: String, limit: Int = 100) throws -> [String] {
        var source = BufferedSource(SlowSource(text))
        var lines: [String] = []
        while let line = try source.line(limit: limit) {
            lines.append(String(decoding: line, as: UTF8.self))
        }
        #expect(source.offset == UInt64(text.utf8.count))
        return lines
    }

    @Test("gives lines, whole and empty ones, and a last one that has no end")
    func lines() throws {
        #expect(try lines("") == [])
        #expect(try lines("a\n") == ["a"])
        #expect(
            try lines("one\n\nlonger than a read\nlast") == [
                "one", "", "longer than a read", "last",
            ])
    }

    @Test("refuses a line over the limit")
    func limit() throws {
        #expect(try lines("12345\n12345", limit: 5) == ["12345", "12345"])
        let error = #expect(throws: MalformedInput.self) { try lines("123456\n", limit: 5) }
        #expect(error?.reason == "expected a line of at most 5 bytes, found more")
    }
}
