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
        let sorted = tensors.sorted { left, right in
            left.dtype == right.dtype
                ? left.name.precedesByBytes(right.name) : left.dtype.rank < right.dtype.rank
        }
        var header = JSON.object(self.header(sorted, metadata)).orderedBytes()
        header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
        precondition(header.count <= SafetensorsReader.maximumHeaderLength, "a header in bounds")
        var file: [UInt8] = []
        file.reserveCapacity(8 + header.count + sorted.reduce(0) { $0 + $1.bytes.count })
        file += LittleEndian.bytes(of: UInt64(header.count))
        file += header
        for tensor in sorted { file += tensor.bytes }
        return file
    }

    private static func header(
        _ sorted: [Tensor], _ metadata: [(String, String)]
    ) -> [JSONMember] {
        var members: [JSONMember] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.0.precedesByBytes($1.0) }
                .map { JSONMember(key: $0.0, value: .string($0.1)) }
            members.append(JSONMember(key: "__metadata__", value: .object(pairs)))
        }
        var offset = 0
        for tensor in sorted {
            precondition(
                tensor.bytes.count == tensor.shape.reduce(tensor.dtype.size, *),
                "tensor \(tensor.name) has as many bytes as its shape says")
            members.append(member(tensor, offset))
            offset += tensor.bytes.count
        }
        precondition(
            Set(members.map { [UInt8]($0.key.utf8) }).count == members.count, "distinct names")
        return members
    }

    private static func member(_ tensor: Tensor, _ offset: Int) -> JSONMember {
        JSONMember(
            key: tensor.name,
            value: [
                "dtype": .string(tensor.dtype.rawValue),
                "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
                "data_offsets": [
                    .integer(Int64(offset)), .integer(Int64(offset + tensor.bytes.count)),
                ],
            ])
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
