import Artifacts
import Encodings
import Identity
import Storage
import TestFiles
import Testing

/// The files in `Tests/Vectors/artifacts`, which `Tests/Interop/test_artifacts.py` opens too.
@Suite("stored files")
struct VectorTests {
    /// The tensors of `sample.safetensors`: two by three elements of every type, and two odd shapes.
    private static func tensors() -> [SafetensorsWriter.Tensor] {
        let shapes: [(String, SafetensorsType, [Int])] =
            SafetensorsType.allCases.map { ("layer.\($0.rawValue)", $0, [2, 3]) }
            + [("scalar", .f32, []), ("empty", .i16, [4, 0]), ("\"ü\\", .u8, [1])]
        return shapes.map { name, dtype, shape in
            let count = shape.reduce(dtype.size, *)
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + name.utf8.count) }
            return (name, dtype, shape, dtype == .bool ? bytes.map { $0 & 1 } : bytes)
        }
    }

    @Test("sample.safetensors is what the writer makes, and reads back")
    func safetensors() throws {
        let stored = try VectorFile.bytes("artifacts/sample.safetensors")
        let written = SafetensorsWriter.encode(
            tensors: Self.tensors(), metadata: [("format", "pt \"\u{1}\u{7F}é")])
        #expect(written == stored)
        let reader = try SafetensorsReader(stored)
        for tensor in Self.tensors() {
            let bytes = try reader.bytes(of: tensor.name)
            #expect(bytes.elementsEqual(tensor.bytes), "\(tensor.name)")
        }
    }

    @Test("sample.contribution keeps its digest and its signer")
    func bundle() throws {
        let stored = try VectorFile.bytes("artifacts/sample.contribution")
        let read = try Artifact.read(bytes: stored, expecting: .contribution)
        #expect(read == Samples.small())
        #expect(
            read.digest.hex == "96860e1762aaf9997928902c0fa98d09f3ec92670fb806dc4610a188222c1adc")
        #expect(read.manifest.signers == [Samples.key.publicKey])
    }
}
