import Artifacts
import Encodings
import LanguageModel
import UpdateCodec

/// `update.safetensors`: each tensor's indices, signs and scales as tensors of their own.
///
/// `<name>.indices` is U8 where a chunk has at most 256 elements, else U16; `<name>.signs` is U8,
/// one bit an element sent; `<name>.scales` is F32, one a chunk.
enum UpdateFile {
    private typealias Tensor = (name: String, dtype: SafetensorsType, shape: [Int], bytes: [UInt8])

    static func encode(
        _ update: [SparseSigns], layout: ParameterLayout, codec: TopKSign
    ) -> [UInt8] {
        var tensors: [Tensor] = []
        for (tensor, signs) in zip(layout.tensors, update) {
            tensors.append(indices(tensor.name, signs.indices, codec))
            tensors.append((tensor.name + ".signs", .u8, [signs.signs.count], signs.signs))
            tensors.append(
                (
                    tensor.name + ".scales", .f32, [signs.scales.count],
                    FloatBytes.encode(signs.scales)
                ))
        }
        return SafetensorsWriter.encode(
            tensors: tensors, metadata: [("codec", "top-k-sign v1")])
    }

    /// Reads the update of every tensor; only the canonical bytes of a valid update are accepted.
    static func decode(
        _ bytes: [UInt8], layout: ParameterLayout, codec: TopKSign
    ) throws(MalformedInput) -> [SparseSigns] {
        do {
            let reader = try SafetensorsReader(bytes)
            var update: [SparseSigns] = []
            for tensor in layout.tensors {
                update.append(
                    try decode(tensor.name, count: tensor.range.count, reader, codec))
            }
            guard encode(update, layout: layout, codec: codec) == bytes else {
                throw MalformedInput("expected the canonical form")
            }
            return update
        } catch {
            throw error.within("update.safetensors")
        }
    }

    private static func decode(
        _ name: String, count: Int, _ reader: SafetensorsReader, _ codec: TopKSign
    ) throws(MalformedInput) -> SparseSigns {
        let kept = codec.keptTotal(count)
        let wide = codec.chunk > 256
        let places = try tensorBytes(name + ".indices", wide ? .u16 : .u8, kept, reader)
        var signs = SparseSigns()
        signs.indices =
            wide
            ? (0..<kept).map { UInt16(places[2 * $0]) | UInt16(places[2 * $0 + 1]) << 8 }
            : places.map(UInt16.init)
        signs.signs = try tensorBytes(name + ".signs", .u8, (kept + 7) / 8, reader)
        let scales = name + ".scales"
        _ = try tensorBytes(scales, .f32, codec.chunkCount(count), reader)
        signs.scales = try reader.floats(named: scales)
        try codec.check(signs, count: count, named: name)
        return signs
    }

    private static func tensorBytes(
        _ name: String, _ dtype: SafetensorsType, _ count: Int, _ reader: SafetensorsReader
    ) throws(MalformedInput) -> [UInt8] {
        let tensor = try reader.tensor(named: name)
        guard tensor.dtype == dtype, tensor.shape == [count] else {
            throw MalformedInput(
                "tensor '\(name)': expected \(dtype.rawValue) [\(count)], "
                    + "found \(tensor.dtype.rawValue) \(tensor.shape)")
        }
        return reader.bytes(of: tensor)
    }

    private static func indices(
        _ name: String, _ indices: [UInt16], _ codec: TopKSign
    ) -> Tensor {
        codec.chunk > 256
            ? (
                name + ".indices", .u16, [indices.count],
                indices.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            )
            : (name + ".indices", .u8, [indices.count], indices.map { UInt8($0) })
    }
}
