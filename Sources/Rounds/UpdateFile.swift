import Artifacts
import Encodings
import LanguageModel
import UpdateCodec

/// `update.safetensors`: each tensor's indices, signs and scales as tensors of their own.
///
/// `<name>.indices` is U8 where a chunk has at most 256 elements, else U16; `<name>.signs` is U8,
/// one bit an element sent; `<name>.scales` is F32, one a chunk.
enum UpdateFile {
    static func encode(
        _ update: [SparseSigns], layout: ParameterLayout, codec: TopKSign
    ) -> [UInt8] {
        var tensors: [SafetensorsWriter.Tensor] = []
        for (tensor, signs) in zip(layout.tensors, update) {
            let (name, count) = (tensor.name, signs.indices.count)
            tensors.append(
                codec.chunk > 256
                    ? SafetensorsWriter.tensor(name + ".indices", shape: [count], signs.indices)
                    : SafetensorsWriter.tensor(
                        name + ".indices", shape: [count], signs.indices.map { UInt8($0) }))
            tensors.append(
                SafetensorsWriter.tensor(
                    name + ".signs", shape: [signs.signs.count], signs.signs))
            tensors.append(
                SafetensorsWriter.tensor(
                    name + ".scales", shape: [signs.scales.count], signs.scales))
        }
        return SafetensorsWriter.encode(
            tensors: tensors, metadata: [("codec", "top-k-sign v1")])
    }

    /// Reads the update of every tensor; only the canonical bytes of a valid update are accepted.
    static func decode(
        _ bytes: [UInt8], layout: ParameterLayout, codec: TopKSign
    ) throws(MalformedInput) -> [SparseSigns] {
        do throws(MalformedInput) {
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
        var signs = SparseSigns()
        signs.indices =
            codec.chunk > 256
            ? try reader.elements(named: name + ".indices", shape: [kept], as: UInt16.self)
            : try reader.elements(named: name + ".indices", shape: [kept], as: UInt8.self)
                .map { UInt16($0) }
        signs.signs = try reader.elements(
            named: name + ".signs", shape: [(kept + 7) / 8], as: UInt8.self)
        signs.scales = try reader.floats(
            named: name + ".scales", shape: [codec.chunkCount(count)])
        try codec.check(signs, count: count, named: name)
        return signs
    }
}
