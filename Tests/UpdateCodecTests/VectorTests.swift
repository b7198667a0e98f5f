import Encodings
import Numerics
import TestFiles
import Testing
import UpdateCodec

/// Tests/Vectors/updates holds what another implementation makes of tensors
/// (Tests/Interop/test_updates.py).
@Suite("Vectors of encoded tensors") struct VectorTests {
    private struct Case {
        let codec: TensorCodec
        let elements, decoded: [Float]
        let encoded: EncodedTensor

        init(_ json: JSON, _ values: ValueFormat) throws {
            var fields = try JSONFields(json, of: "case")
            codec = TensorCodec(
                chunk: Int(try fields.integer("chunk", in: 1...65_536)),
                keep: Int(try fields.integer("keep", in: 1...65_536)), values: values)
            func bytes(_ name: String) throws -> [UInt8] {
                try #require(try Hex.decode(fields.string(name)))
            }
            elements = LittleEndian.floats(from: try bytes("elements")[...])
            encoded = EncodedTensor(bytes: try bytes("encoded")[...])
            decoded = LittleEndian.floats(from: try bytes("decoded")[...])
            _ = try fields.integer("sent", in: 0...65_536)
            try fields.finish()
        }
    }

    @Test("are encoded and decoded alike", arguments: ValueFormat.allCases)
    func vectors(values: ValueFormat) throws {
        let file = try JSON(parsing: VectorFile.bytes("updates/\(values.rawValue).json"))
        let cases = try #require(file["cases"]?.array)
        #expect(cases.count == 6)
        for json in cases {
            let known = try Case(json, values)
            let count = known.elements.count
            #expect(known.codec.encode(FloatView(copying: known.elements)) == known.encoded)
            try known.codec.check(known.encoded, count: count, named: "t")
            let decoded = Sample.decoded(known.encoded, known.codec, count)
            #expect(decoded.map(\.bitPattern) == known.decoded.map(\.bitPattern))
        }
    }
}
