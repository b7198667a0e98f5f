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
        let (head, order) = head(
            of: tensors.map { ($0.name, $0.dtype, $0.shape) }, metadata: metadata)
        var file: [UInt8] = []
        file.reserveCapacity(head.count + tensors.reduce(0) { $0 + $1.bytes.count })
        file += head
        for index in order {
            let tensor = tensors[index]
            precondition(
                tensor.bytes.count == tensor.shape.reduce(tensor.dtype.size, *),
                "tensor \(tensor.name) has as many bytes as its shape says")
            file += tensor.bytes
        }
        return file
    }

    /// The file up to the tensors' bytes, and the tensors' numbers in the order of their bytes.
    package static func head(
        of tensors: [(name: String, dtype: SafetensorsType, shape: [Int])],
        metadata: [(String, String)] = []
    ) -> (bytes: [UInt8], order: [Int]) {
        let order = tensors.indices.sorted { first, second in
            let (left, right) = (tensors[first], tensors[second])
            return left.dtype == right.dtype
                ? left.name.precedesByBytes(right.name) : left.dtype.rank < right.dtype.rank
        }
        var header = JSON.object(self.header(order.map { tensors[$0] }, metadata)).orderedBytes()
        header += [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8)
        precondition(header.count <= SafetensorsReader.maximumHeaderLength, "a header in bounds")
        return (LittleEndian.bytes(of: UInt64(header.count)) + header, order)
    }

    private static func header(
        _ sorted: [(name: String, dtype: SafetensorsType, shape: [Int])],
        _ metadata: [(String, String)]
    ) -> [JSONMember] {
        var members: [JSONMember] = []
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.0.precedesByBytes($1.0) }
                .map { JSONMember(key: $0.0, value: .string($0.1)) }
            members.append(JSONMember(key: "__metadata__", value: .object(pairs)))
        }
        var offset = 0
        for tensor in sorted {
            let end = offset + tensor.shape.reduce(tensor.dtype.size, *)
            members.append(
                JSONMember(
                    key: tensor.name,
                    value: [
                        "dtype": .string(tensor.dtype.rawValue),
                        "shape": .array(tensor.shape.map { .integer(Int64($0)) }),
                        "data_offsets": [.integer(Int64(offset)), .integer(Int64(end))],
                    ]))
            offset = end
        }
        precondition(
            Set(members.map { [UInt8]($0.key.utf8) }).count == members.count, "distinct names")
        return members
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
