import Encodings

/// Writes safetensors files; the same tensors and metadata always give the same bytes.
package enum SafetensorsWriter {
    /// A tensor to be written: `(name, dtype, shape, bytes)`.
    package typealias Tensor = (
        name: String, dtype: SafetensorsType, shape: [Int], bytes: [UInt8]
    )

    /// The file with `tensors` and `metadata`, both in any order, names distinct.
    ///
    /// Tensors are sorted as by the reference writer: by type from U64 down to BOOL, then by
    /// name; metadata are sorted by key, and left out if there are none.
    package static func encode(
        tensors: [Tensor], metadata: [(String, String)] = []
    ) -> [UInt8] {
        let outline = SafetensorsOutline(
            tensors.enumerated().map { number, tensor in
                (tensor.name, tensor.dtype, tensor.shape, number)
            }, metadata: metadata)
        var file: [UInt8] = []
        file.reserveCapacity(outline.fileSize)
        file += outline.header
        for entry in outline.entries {
            let tensor = tensors[entry.number]
            precondition(
                tensor.bytes.count == entry.byteCount,
                "tensor \(tensor.name) has as many bytes as its shape says")
            file += tensor.bytes
        }
        return file
    }
}

extension SafetensorsWriter {
    /// The tensor `name` of `shape` with `elements` in row-major order.
    package static func tensor<Element: SafetensorsElement>(
        _ name: String, shape: [Int], _ elements: [Element]
    ) -> Tensor {
        (name, Element.dtype, shape, LittleEndian.bytes(of: elements))
    }
}
