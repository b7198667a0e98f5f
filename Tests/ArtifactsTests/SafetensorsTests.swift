import Artifacts
import Encodings
import Testing

@Suite("safetensors")
struct SafetensorsTests {
    /// A file with this header and data.
    private func file(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
        LittleEndian.bytes(of: UInt64(header.utf8.count)) + Array(header.utf8) + data
    }

    private func refusal(_ bytes: [UInt8]) -> String? {
        do {
            _ = try SafetensorsReader(bytes)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("tensors come back with type, shape, elements and metadata")
    func roundTrip() throws {
        let file = SafetensorsWriter.encode(
            tensors: [
                SafetensorsWriter.tensor(
                    "b", shape: [2, 2], [Float(1), -0.0, .pi, .leastNonzeroMagnitude]),
                SafetensorsWriter.tensor("scalar", shape: [], [UInt16(7)]),
                SafetensorsWriter.tensor("empty", shape: [3, 0], [Int8]()),
                ("a", .bf16, [1], [0x80, 0x3F]),
            ],
            metadata: [("format", "pt"), ("a", "b")])
        let reader = try SafetensorsReader(file)
        #expect(reader.tensors.map(\.name) == ["b", "a", "scalar", "empty"])
        #expect(reader.metadata.map(\.0) == ["a", "format"])
        let floats = try reader.floats(named: "b", shape: [2, 2])
        #expect(
            floats.map(\.bitPattern)
                == [Float(1), -0.0, .pi, .leastNonzeroMagnitude].map(\.bitPattern))
        let scalar = try reader.elements(named: "scalar", as: UInt16.self)
        #expect(scalar == [7])
        let brain = try reader.bytes(of: "a")
        #expect(brain == [0x80, 0x3F])
        let empty = try reader.tensor(named: "empty")
        #expect(empty.shape == [3, 0] && empty.range.isEmpty)
    }

    @Test("the bytes are those of the reference writer")
    func knownBytes() {
        let written = SafetensorsWriter.encode(
            tensors: [
                SafetensorsWriter.tensor("t", shape: [1], [UInt8(255)]),
                SafetensorsWriter.tensor("w", shape: [1], [Float(1)]),
            ], metadata: [("format", "pt")])
        let header =
            #"{"__metadata__":{"format":"pt"},"#
            + #""w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#
            + #""t":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}"#
        let padding = String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
        #expect(written == file(header + padding, [0, 0, 0x80, 0x3F, 255]))
    }

    @Test("asking for what is not there names the tensor")
    func mismatches() throws {
        let tensor = SafetensorsWriter.tensor("a", shape: [2], [Int64(1), 2])
        let reader = try SafetensorsReader(SafetensorsWriter.encode(tensors: [tensor]))
        #expect(throws: MalformedInput("missing tensor 'b'")) { try reader.bytes(of: "b") }
        #expect(throws: MalformedInput("tensor 'a': expected dtype F32, found I64")) {
            try reader.floats(named: "a")
        }
        #expect(throws: MalformedInput("tensor 'a': expected shape [3], found [2]")) {
            try reader.elements(named: "a", shape: [3], as: Int64.self)
        }
    }

    @Test("every prefix is refused")
    func prefixes() {
        let whole = SafetensorsWriter.encode(
            tensors: [SafetensorsWriter.tensor("a", shape: [2], [Float(1), 2])])
        for count in whole.indices { #expect(refusal([UInt8](whole[..<count])) != nil) }
        #expect(refusal(whole + [0]) == "expected 8 bytes of data, found 9")
    }

    @Test(
        "headers that break a rule are refused",
        arguments: [
            (" {}", "header: expected '{' first and '}' last before padding spaces"),
            ("{}\n", "header: expected '{' first and '}' last before padding spaces"),
            ("{}\u{0}", "header: expected '{' first and '}' last before padding spaces"),
            ("[]", "header: expected '{' first and '}' last before padding spaces"),
            ("", "header: expected '{' first and '}' last before padding spaces"),
            ("{}{}", "header: at byte 2: expected the end after the value, found '{'"),
            (
                #"{"__metadata__":[]}"#,
                "field '__metadata__': expected an object, found an array of 0"
            ),
            (#"{"__metadata__":{"a":1}}"#, "field '__metadata__.a': expected a string, found 1"),
            (
                #"{"":{}}"#,
                "tensor \"\": expected a name of 1 to 1024 bytes without control characters"
            ),
            (#"{"a":1}"#, "tensor \"a\": expected an object, found 1"),
            (#"{"a":{}}"#, "tensor \"a\": missing field 'dtype'"),
            (
                #"{"a":{"dtype":"F31","shape":[],"data_offsets":[0,0]}}"#,
                "tensor \"a\": field 'dtype': expected a known dtype, found \"F31\""
            ),
            (
                #"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}"#,
                "tensor \"a\": field 'shape': expected at most 32 whole numbers, found an array of 1"
            ),
            (
                #"{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}"#,
                "tensor \"a\": field 'shape': expected at most 32 whole numbers, found an array of 1"
            ),
            (
                #"{"a":{"dtype":"U8","shape":[],"data_offsets":[1,0]}}"#,
                "tensor \"a\": field 'data_offsets': expected a begin and an end not before it,"
                    + " found an array of 2"
            ),
            (
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
                "tensor \"a\": expected 8 bytes for F32 [2], found 4"
            ),
            (
                #"{"a":{"dtype":"U64","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#,
                "tensor \"a\": expected fewer bytes for U64 [4294967296, 4294967296], found 0"
            ),
            (
                #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"x":1}}"#,
                "tensor \"a\": unknown field 'x'"
            ),
            (
                #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
                "tensor \"a\": expected data_offsets to begin at 0, found 1"
            ),
            (
                #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}}"#,
                "tensor \"a\": expected offsets inside the file"
            ),
            (
                #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#,
                "header: at byte 0: expected distinct keys, found \"a\" twice"
            ),
        ])
    func headers(header: String, reason: String) {
        #expect(refusal(file(header)) == reason)
    }

    @Test("holes and overlaps between tensors are refused")
    func coverage() {
        func pair(_ first: String, _ second: String) -> String? {
            let start = #"{"dtype":"U8","shape":[2],"data_offsets":"#
            let header = "{\"a\":\(start)\(first)},\"b\":\(start)\(second)}}"
            return refusal(file(header, [1, 2, 3, 4, 5]))
        }
        #expect(
            pair("[0,2]", "[3,5]") == "tensor \"b\": expected data_offsets to begin at 2, found 3")
        #expect(
            pair("[0,2]", "[1,3]") == "tensor \"b\": expected data_offsets to begin at 2, found 1")
        #expect(pair("[0,2]", "[2,4]") == "expected 4 bytes of data, found 5")
    }

    @Test("a header length beyond the limit or the file is refused")
    func length() {
        #expect(
            refusal([UInt8](repeating: 0xFF, count: 8))
                == "expected a header of at most 100000000 bytes, found 18446744073709551615")
        #expect(refusal([9, 0, 0, 0, 0, 0, 0, 0, 0x7B]) == "expected 9 bytes of header, found 1")
    }
}
