import Artifacts
import Encodings
package import LanguageModel
package import UpdateCodec

/// `update.nous`: a header that says how the update is compressed and how long each tensor is, then
/// the tensors in layout order; docs/formats/update.md.
package enum UpdateFile {
    /// The member's name.
    static let name = "update.nous"

    /// The bytes of an update, one entry a tensor in layout order.
    static func encode(_ update: [EncodedTensor], format: UpdateFormat) -> [UInt8] {
        var bytes = header(format, tensorCount: update.count)
        for tensor in update { bytes += LittleEndian.bytes(of: UInt64(tensor.bytes.count)) }
        bytes.reserveCapacity(update.reduce(bytes.count) { $0 + $1.bytes.count })
        for tensor in update { bytes += tensor.bytes }
        return bytes
    }

    /// The most bytes in the update of a model.
    package static func byteLimit(_ layout: ParameterLayout, _ format: UpdateFormat) -> Int {
        layout.tensors.reduce(headerBytes) { limit, tensor in
            limit + 8 + format.codec(of: tensor.shape).byteLimit(tensor.range.count)
        }
    }

    /// Reads the update of every tensor; only the bytes that `encode` writes are accepted.
    ///
    /// Chunks that were checked before, in the same bytes, need not be again.
    static func decode(
        _ bytes: [UInt8], layout: ParameterLayout, format: UpdateFormat, checksChunks: Bool
    ) throws(MalformedInput) -> [EncodedTensor] {
        do throws(MalformedInput) {
            let table = 8 * layout.tensors.count
            guard bytes.count >= headerBytes + table else {
                throw MalformedInput(
                    "expected a header of \(headerBytes + table) bytes, found \(bytes.count) bytes")
            }
            try checkHeader(bytes, layout, format)
            var update: [EncodedTensor] = []
            var start = headerBytes + table
            for (number, tensor) in layout.tensors.enumerated() {
                let entry = headerBytes + 8 * number
                let length = LittleEndian.integer(from: bytes[entry..<entry + 8])
                guard length <= UInt64(bytes.count - start) else {
                    throw MalformedInput(
                        "tensor '\(tensor.name)': expected \(length) bytes, "
                            + "found \(bytes.count - start)")
                }
                let end = start + Int(length)
                let encoded = EncodedTensor(bytes: bytes[start..<end])
                if checksChunks {
                    try format.codec(of: tensor.shape).check(
                        encoded, count: tensor.range.count, named: tensor.name)
                }
                update.append(encoded)
                start = end
            }
            guard start == bytes.count else {
                throw MalformedInput("expected \(start) bytes, found \(bytes.count)")
            }
            return update
        } catch {
            throw error.within(name)
        }
    }

    private static let headerBytes = 24

    /// The header's fixed part.
    private static func header(_ format: UpdateFormat, tensorCount: Int) -> [UInt8] {
        var bytes = Array("nous-upd".utf8) + LittleEndian.bytes(of: [UInt16(1)])
        bytes += [format.transform.code, format.codec.values.code]
        return bytes
            + LittleEndian.bytes(
                of: [UInt32(format.codec.chunk), UInt32(format.codec.keep), UInt32(tensorCount)])
    }

    private static let fields: [(name: String, range: Range<Int>)] = [
        ("magic", 0..<8), ("version", 8..<10), ("transform", 10..<11), ("values", 11..<12),
        ("chunk", 12..<16), ("keep", 16..<20), ("tensors", 20..<24),
    ]

    private static func checkHeader(
        _ bytes: [UInt8], _ layout: ParameterLayout, _ format: UpdateFormat
    ) throws(MalformedInput) {
        let expected = header(format, tensorCount: layout.tensors.count)
        for field in fields where bytes[field.range] != expected[field.range] {
            let shown = [expected, bytes].map { header in
                field.name == "magic"
                    ? Hex.encode(header[field.range])
                    : "\(LittleEndian.integer(from: header[field.range]))"
            }
            throw .field(field.name, expected: shown[0], found: shown[1])
        }
    }
}
