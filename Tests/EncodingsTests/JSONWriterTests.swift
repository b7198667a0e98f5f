import Encodings
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("the canonical form sorts members by bytes at every level and has no spaces")
    func canonical() {
        let json: JSON = ["b": ["z": 1, "a": 2], "a": [1, "x"], "B": true, "\u{E9}": .null]
        let expected = #"{"B":true,"a":[1,"x"],"b":{"a":2,"z":1},"é":null}"#
        #expect(json.canonicalBytes() == Array(expected.utf8))
    }

    @Test("escapes only what must be escaped")
    func escapes() {
        let json = JSON.string("\"\\/\u{8}\u{9}\u{A}\u{C}\u{D}\u{1}\u{1F}\u{7F}\u{2028}é")
        let expected = "\"\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001f\u{7F}\u{2028}é\""
        #expect(json.canonicalBytes() == Array(expected.utf8))
    }

    @Test("the pretty form indents by two spaces")
    func pretty() {
        let json: JSON = ["b": [1, 2], "a": [], "c": .object([])]
        let expected = "{\n  \"b\": [\n    1,\n    2\n  ],\n  \"a\": [],\n  \"c\": {}\n}\n"
        #expect(json.prettyBytes() == Array(expected.utf8))
    }

    @Test("reading what was written gives the same value")
    func roundTrip() throws {
        let json: JSON = ["k": ["\u{0}\u{10FFFF}", -5, .number("0.1"), false, .null]]
        for bytes in [json.canonicalBytes(), json.orderedBytes(), json.prettyBytes()] {
            let read = try JSON(parsing: bytes)
            #expect(read == json)
        }
    }
}
