import Encodings
import Testing

@Suite("JSON fields")
struct JSONFieldsTests {
    private let record: JSON = [
        "round": 7, "name": "x", "amount": "1000", "state": .null, "hash": "00ff", "list": [1, 2],
    ]

    @Test("reads each field and refuses none when all were read")
    func all() throws {
        var fields = try JSONFields(record, of: "record")
        let round = try fields.integer("round", in: 0...10)
        let name = try fields.string("name")
        let amount = try fields.amount("amount")
        let state = try fields.nullableString("state")
        let hash = try fields.hexBytes("hash", count: 2)
        let list = try fields.array("list")
        let missing = try fields.optionalString("missing")
        try fields.finish()
        #expect(round == 7 && name == "x" && amount == 1000 && state == nil)
        #expect(hash == [0, 255] && list == [1, 2] && missing == nil)
    }

    @Test("names the field, what was expected and what was found")
    func mismatches() throws {
        var fields = try JSONFields(record, of: "record")
        #expect(
            throws: MalformedInput(
                "field 'name': expected an integer from 0 to 4294967295, found \"x\"",
                in: "record")
        ) { try fields.integer("name", in: 0...4_294_967_295) }
        #expect(
            throws: MalformedInput(
                "field 'round': expected an integer from 0 to 6, found 7", in: "record")
        ) { try fields.integer("round", in: 0...6) }
        #expect(
            throws: MalformedInput(
                "field 'hash': expected 64 lower-case hexadecimal digits, found \"00ff\"",
                in: "record")
        ) { try fields.hexBytes("hash", count: 32) }
        #expect(
            throws: MalformedInput(
                "field 'state': expected a string of at most 65536 bytes, found null",
                in: "record")
        ) { try fields.optionalString("state") }
    }

    @Test("a missing field, an unknown field and a value that is no object are refused")
    func shape() throws {
        var fields = try JSONFields(["a": 1, "b": 2], of: "record")
        #expect(throws: MalformedInput("missing field 'c'", in: "record")) {
            try fields.value("c")
        }
        _ = try fields.value("a")
        #expect(throws: MalformedInput("unknown field 'b'", in: "record")) { try fields.finish() }
        #expect(throws: MalformedInput("expected an object, found an array of 1", in: "x")) {
            try JSONFields([1], of: "x")
        }
    }
}

@Suite("errors")
struct MalformedInputTests {
    @Test("each layer adds its subject in front")
    func subjects() {
        let error = MalformedInput("expected 1, found 2").within("update.safetensors")
            .within("7.contribution")
        #expect(error.description == "7.contribution: update.safetensors: expected 1, found 2")
    }

    @Test("input cannot smuggle control characters into a message")
    func control() {
        let error = MalformedInput("found \(MalformedInput.quoted("\u{1B}[2J\n\u{202E}x"))")
        #expect(error.description == "found \"\\u{1b}[2J\\u{a}\\u{202e}x\"")
    }
}
