package import Artifacts
package import Encodings
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

    /// Reads one flat buffer a prefix; exactly the layout's tensors, all finite.
    package static func decode(
        _ bytes: [UInt8], prefixes: [String], layout: ParameterLayout, named file: String
    ) throws(MalformedInput) -> [FloatStorage] {
        do throws(MalformedInput) {
            let reader = try reader(bytes, buffers: prefixes.count, layout)
            var buffers: [FloatStorage] = []
            for prefix in prefixes {
                let values = FloatStorage(count: layout.count)
                try copy(reader, prefix: prefix, layout: layout, to: .float32(values))
                buffers.append(values)
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

    /// Reads into buffers that are there already, which stay as they are unless all tensors are
    /// there and finite.
    package static func decode(
        _ bytes: [UInt8], into buffers: [(prefix: String, values: WeightStorage)],
        layout: ParameterLayout, named file: String
    ) throws(MalformedInput) {
        do throws(MalformedInput) {
            let reader = try reader(bytes, buffers: buffers.count, layout)
            for buffer in buffers {
                try copy(reader, prefix: buffer.prefix, layout: layout, to: nil)
            }
            for buffer in buffers {
                try copy(reader, prefix: buffer.prefix, layout: layout, to: buffer.values)
            }
        } catch {
            throw error.within(file)
        }
    }

    private static func reader(
        _ bytes: [UInt8], buffers: Int, _ layout: ParameterLayout
    ) throws(MalformedInput) -> SafetensorsReader {
        let reader = try SafetensorsReader(bytes)
        guard reader.tensors.count == buffers * layout.tensors.count else {
            throw MalformedInput(
                "expected \(buffers * layout.tensors.count) tensors, "
                    + "found \(reader.tensors.count)")
        }
        return reader
    }

    /// Checks the tensors of one buffer and copies them to `values`, if any.
    private static func copy(
        _ reader: SafetensorsReader, prefix: String, layout: ParameterLayout,
        to values: WeightStorage?
    ) throws(MalformedInput) {
        for expected in layout.tensors {
            let name = prefix + expected.name
            let floats = try reader.floats(named: name, shape: expected.shape)
            guard floats.allSatisfy(\.isFinite) else {
                throw MalformedInput("tensor '\(name)': expected finite numbers")
            }
            guard values?.view[expected.range].set(to: FloatView(copying: floats)) ?? true else {
                throw MalformedInput("tensor '\(name)': expected bfloat16 numbers")
            }
        }
    }
}
