import Artifacts
package import Encodings
package import LanguageModel
package import Numerics

/// Flat buffers in layout order, as safetensors files of named float32 tensors.
package enum TensorFile {
    /// The buffers' tensors, each name prefixed by its buffer's prefix.
    package static func encode(
        _ buffers: [(prefix: String, values: FloatStorage)], layout: ParameterLayout
    ) -> [UInt8] {
        SafetensorsWriter.encode(
            tensors: buffers.flatMap { prefix, values in
                layout.tensors.map { tensor in
                    (
                        name: prefix + tensor.name, dtype: SafetensorsType.f32,
                        shape: tensor.shape,
                        bytes: values.view[tensor.range].littleEndianBytes
                    )
                }
            },
            metadata: [("format", "pt")])
    }

    /// One buffer's tensors under their own names.
    package static func encode(_ values: FloatStorage, layout: ParameterLayout) -> [UInt8] {
        encode([("", values)], layout: layout)
    }

    /// Reads one flat buffer a prefix; exactly the layout's tensors, all finite.
    package static func decode(
        _ bytes: [UInt8], prefixes: [String], layout: ParameterLayout, named file: String
    ) throws(MalformedInput) -> [FloatStorage] {
        do throws(MalformedInput) {
            let reader = try SafetensorsReader(bytes)
            guard reader.tensors.count == prefixes.count * layout.tensors.count else {
                throw MalformedInput(
                    "expected \(prefixes.count * layout.tensors.count) tensors, "
                        + "found \(reader.tensors.count)")
            }
            var buffers: [FloatStorage] = []
            for prefix in prefixes {
                buffers.append(try buffer(reader, prefix: prefix, layout: layout))
            }
            return buffers
        } catch {
            throw error.within(file)
        }
    }

    /// Reads one buffer whose tensors carry their own names.
    package static func decode(
        _ bytes: [UInt8], layout: ParameterLayout, named file: String
    ) throws(MalformedInput) -> FloatStorage {
        try decode(bytes, prefixes: [""], layout: layout, named: file)[0]
    }

    private static func buffer(
        _ reader: SafetensorsReader, prefix: String, layout: ParameterLayout
    ) throws(MalformedInput) -> FloatStorage {
        let values = FloatStorage(count: layout.count)
        for expected in layout.tensors {
            let name = prefix + expected.name
            let floats = try reader.floats(named: name, shape: expected.shape)
            guard floats.allSatisfy(\.isFinite) else {
                throw MalformedInput("tensor '\(name)': expected finite numbers")
            }
            values.view[expected.range].copy(from: floats)
        }
        return values
    }
}
