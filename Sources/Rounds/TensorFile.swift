package import Artifacts
import Encodings
package import LanguageModel
package import Numerics

/// Flat buffers in layout order, as safetensors files of named float32 tensors.
package enum TensorFile {
    /// The buffers' tensors, each name prefixed by its buffer's prefix.
    package static func contents(
        _ buffers: [(prefix: String, values: WeightStorage)], layout: ParameterLayout
    ) -> MemberContents {
        let tensors = buffers.flatMap { prefix, values in
            layout.tensors.map { tensor in
                (name: prefix + tensor.name, shape: tensor.shape, values: values.view[tensor.range])
            }
        }
        let outline = SafetensorsOutline(
            tensors.enumerated().map { number, tensor in
                (tensor.name, SafetensorsType.f32, tensor.shape, number)
            }, metadata: [("format", "pt")])
        let tiles = outline.entries.flatMap { entry -> [WeightView] in
            let values = tensors[entry.number].values
            return stride(from: 0, to: values.count, by: tileLength).map { start in
                values[start..<min(start + tileLength, values.count)]
            }
        }
        return MemberContents(size: outline.fileSize, partCount: 1 + tiles.count) { part in
            part == 0 ? outline.header : tiles[part - 1].floats.littleEndianBytes
        }
    }

    /// Floats that are bytes at one time.
    private static let tileLength = 1 << 18

    /// One buffer's tensors under their own names.
    package static func contents(
        _ values: WeightStorage, layout: ParameterLayout
    ) -> MemberContents {
        contents([("", values)], layout: layout)
    }

    /// The flat buffers, one a prefix, of a member: what its sink made of it, or its bytes.
    static func buffers(
        of path: String, in artifact: Artifact, prefixes: [String] = [""], layout: ParameterLayout
    ) throws(MalformedInput) -> [FloatStorage] {
        if let sink = artifact.sink(path) as? TensorFileSink { return try sink.floats() }
        let bytes = try artifact.member(path)
        let sink = TensorFileSink(path, size: bytes.count, prefixes: prefixes, layout: layout)
        sink.take(bytes)
        return try sink.floats()
    }
}

extension TensorFileSink {
    /// The buffers, all of floats.
    fileprivate func floats() throws(MalformedInput) -> [FloatStorage] {
        try buffers().compactMap { buffer in
            if case .float32(let floats) = buffer { floats } else { nil }
        }
    }
}
