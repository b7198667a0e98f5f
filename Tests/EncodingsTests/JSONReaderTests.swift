import Encodings
import Testing

@Suite("JSON reader")
struct JSONReaderTests {
    @Test("reads every kind of value and keeps the order of members")
    func values() throws {
        let json = try JSON(parsing: Array(#" {"b":[1,-2.5e3,true],"a":{"x":null}} "#.utf8))
        let expected: JSON = .object([
            JSONMember(key: "b", value: [1, .number("-2.5e3"), true]),
            JSONMember(key: "a", value: .object([JSONMember(key: "x", value: .null)])),
        ])
        #expect(json == expected)
    }

    @Test(
        "refuses what RFC 8259 does not allow, naming the byte",
        arguments: [
            ("", "at byte 0: expected a value, found the end of the input"),
            ("\u{FEFF}1", "at byte 0: expected a value, found byte 0xef"),
            ("1 2", "at byte 2: expected the end after the value, found '2'"),
            ("[1,]", "at byte 3: expected a value, found ']'"),
            ("{\"a\":1,}", "at byte 7: expected a key in quotes, found '}'"),
            ("{\"a\" 1}", "at byte 5: expected ':', found '1'"),
            ("{a:1}", "at byte 1: expected a key in quotes, found 'a'"),
            ("01", "at byte 1: expected the end after the value, found '1'"),
            ("+1", "at byte 0: expected a value, found '+'"),
            (".5", "at byte 0: expected a value, found '.'"),
            ("1.", "at byte 2: expected a digit, found the end of the input"),
            ("1e", "at byte 2: expected a digit, found the end of the input"),
            ("-", "at byte 1: expected a digit, found the end of the input"),
            ("NaN", "at byte 0: expected a value, found 'N'"),
            ("nul", "at byte 0: expected a value, found 'n'"),
            ("'a'", "at byte 0: expected a value, found '''"),
            ("\"a", "at byte 2: expected '\"', found the end of the input"),
            ("\"\t\"", "at byte 1: expected control characters as escapes, found byte 0x09"),
            (#""\x""#, #"at byte 1: expected an escape sequence, found '\'"#),
            (#""\u12g4""#, "at byte 5: expected four hexadecimal digits, found 'g'"),
            (#""\ud800""#, "at byte 1: expected a pair of surrogates, found one alone"),
            (#""\udc00\ud800""#, "at byte 1: expected a pair of surrogates, found one alone"),
            (#""\ud800\u0041""#, "at byte 1: expected a pair of surrogates, found one alone"),
            (#"{"a":1,"a":2}"#, #"at byte 0: expected distinct keys, found "a" twice"#),
            (#"{"a":1,"\u0061":2}"#, #"at byte 0: expected distinct keys, found "a" twice"#),
            ("[1 /* one */]", "at byte 3: expected ',' or ']', found '/'"),
        ])
    func refusals(text: String, reason: String) {
        #expect(throws: MalformedInput(reason)) { try JSON(parsing: Array(text.utf8)) }
    }

    @Test("reads digits of escapes in either case, and no other byte as a digit")
    func escapes() throws {
        #expect(try JSON(parsing: Array(#""\u00e9\u00E9""#.utf8)) == "\u{E9}\u{E9}")
        #expect(throws: MalformedInput.self) {
            try JSON(parsing: Array(#""\u"#.utf8) + [0x10, 0x11, 0x12, 0x13, 0x22])
        }
    }

    @Test("finds what is special at every place of a long string", arguments: 0..<20)
    func places(_ place: Int) throws {
        let before = String(repeating: "é", count: place / 2) + (place % 2 == 0 ? "" : "x")
        let text = before + "\"\\\n\u{1}" + before
        #expect(try JSON(parsing: JSON.string(text).canonicalBytes()) == .string(text))
        let control = Array("\"\(before)".utf8) + [0x1F] + Array("\(before)\"".utf8)
        #expect(throws: MalformedInput.self) { try JSON(parsing: control) }
    }

    @Test("refuses more values than it may hold")
    func tooManyValues() {
        let limits = JSONLimits(bytes: 100, depth: 3, values: 4)
        #expect(throws: Never.self) {
            try JSON(parsing: Array("[1,{\"a\":2}]".utf8), limits: limits)
        }
        #expect(throws: MalformedInput("at byte 7: expected at most 4 values, found more")) {
            try JSON(parsing: Array("[1,2,3,4]".utf8), limits: limits)
        }
    }

    @Test(
        "refuses strings that are not UTF-8",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        ] as [[UInt8]])
    func encoding(bytes: [UInt8]) {
        #expect(throws: MalformedInput("at byte 0: expected UTF-8, found other bytes")) {
            try JSON(parsing: [0x22] + bytes + [0x22])
        }
    }

    @Test("nests to 64 levels and no deeper")
    func depth() throws {
        let deepest = [UInt8](repeating: 0x5B, count: 64) + [UInt8](repeating: 0x5D, count: 64)
        _ = try JSON(parsing: deepest)
        #expect(throws: MalformedInput.self) { try JSON(parsing: [0x5B] + deepest + [0x5D]) }
        let hostile = [UInt8](repeating: 0x5B, count: 1_000_000)
        #expect(throws: MalformedInput.self) { try JSON(parsing: hostile) }
    }

    @Test("refuses more bytes than the limit")
    func size() {
        #expect(throws: MalformedInput("expected at most 3 bytes, found 4")) {
            try JSON(parsing: Array("1234".utf8), limits: JSONLimits(bytes: 3, depth: 1))
        }
    }

    @Test("refuses every prefix of an object")
    func prefixes() {
        let text = Array(#"{"a":[1,2.5e-3,"x\n\ud83d\ude00"],"b":{"c":null,"d":false}}"#.utf8)
        for count in text.indices {
            #expect(throws: MalformedInput.self) { try JSON(parsing: [UInt8](text[..<count])) }
        }
    }

    @Test("integers of 64 bits are exact, all other numbers keep their text")
    func numbers() throws {
        let text = "[9223372036854775807,-9223372036854775808,9223372036854775808,-0,1.0,1E2]"
        let json = try JSON(parsing: Array(text.utf8))
        let expected: JSON = [
            .integer(.max), .integer(.min), .number("9223372036854775808"), .number("-0"),
            .number("1.0"), .number("1E2"),
        ]
        #expect(json == expected)
        #expect(json.orderedBytes() == Array(text.utf8))
        #expect(json.array?.last?.double == 100)
        #expect(JSON.number("1e999").double == nil)
    }

    @Test(
        "text that is not canonical is told from text that is",
        arguments: [
            #"{"a":1,"b":2}"#, #"{"b":1,"a":2}"#, #"{"a": 1}"#, #" 1"#, "1\n", #"[1,2]"#,
            #"[1, 2]"#,
            #"["\u0041"]"#, #"["A"]"#, #"["\/"]"#, #"["/"]"#, #"["\u00e9"]"#, #"["é"]"#, #"["\n"]"#,
            #"["\u000a"]"#, #"["\u001f"]"#, #"["\u001F"]"#, #"["\\\""]"#, #"{"é":1,"z":2}"#,
            #"{"z":1,"é":2}"#, #"{"a":{"b":1,"a":1}}"#, "-0", "1.0", "1E5", #"{"":1,"a":1}"#,
            "\"\"",
            #"["a\tb"]"#, #"["a\u0009b"]"#, #"["\ud83d\ude00"]"#, #"["😀"]"#,
        ])
    func canonical(text: String) throws {
        let bytes = Array(text.utf8)
        let isCanonical = try JSON(parsing: bytes).canonicalBytes() == bytes
        let isTaken = (try? JSON(parsingCanonical: bytes)) != nil
        #expect(isTaken == isCanonical)
    }

    @Test("keys that are canonically equivalent in Unicode stay apart")
    func equivalence() throws {
        // GREEK SMALL LETTER ALPHA WITH TONOS and WITH OXIA.
        let json = try JSON(parsing: Array("{\"\u{03AC}\":1,\"\u{1F71}\":2}".utf8))
        #expect(json["\u{1F71}"]?.integer == 2)
        #expect(JSON.string("\u{03AC}") != JSON.string("\u{1F71}"))
    }

    @Test("finds a duplicate among many keys")
    func manyKeys() {
        let members = (0..<1000).map { "\"key\($0)\":0" } + ["\"key512\":1"]
        #expect(throws: MalformedInput(#"at byte 0: expected distinct keys, found "key512" twice"#))
        {
            try JSON(parsing: Array("{\(members.joined(separator: ","))}".utf8))
        }
    }
}
