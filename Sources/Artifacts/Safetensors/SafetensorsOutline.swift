import Encodings

/// A safetensors file to be written: its first bytes, and the order in which its tensors follow.
package struct SafetensorsOutline: Sendable {
    /// A tensor to be written: `(name, dtype, shape, number)`; the number is the caller's own.
    package typealias Tensor = (name: String, dtype: SafetensorsType, shape: [Int], number: Int)

    /// A tensor in its place.
    package struct Entry: Sendable {
        /// What the caller calls the tensor.
        package let number: Int
        /// How many bytes its elements have.
        package let byteCount: Int
    }

    /// The bytes before the data.
    package let header: [UInt8]

    /// The tensors in the order of their bytes.
    package let entries: [Entry]

    /// The file with `tensors` and `metadata`, both in any order, names distinct.
    ///
    /// Tensors are sorted as by the reference writer: by type from U64 down to BOOL, then by
    /// name; metadata are sorted by key, and left out if there are none.
    package init(_ tensors: [Tensor], metadata: [(String, String)] = []) {
        let sorted = tensors.sorted { left, right in
            left.dtype == right.dtype
                ? left.name.precedesByBytes(right.name) : left.dtype.rank < right.dtype.rank
        }
        var text = JSON.object(Self.members(sorted, metadata)).orderedBytes()
        text += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
        precondition(text.count <= SafetensorsHeader.maximumLength, "a header in bounds")
        header = LittleEndian.bytes(of: UInt64(text.count)) + text
        entries = sorted.map { Entry(number: $0.number, byteCount: Self.byteCount($0)) }
    }

    /// How many bytes the file has.
    package var fileSize: Int { entries.reduce(header.count) { $0 + $1.byteCount } }

    private static func byteCount(_ tensor: Tensor) -> Int {
        tensor.shape.reduce(tensor.dtype.size, *)
    }

    private static func members(
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
            members.append(member(tensor, offset))
            offset += byteCount(tensor)
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
                    .integer(Int64(offset)), .integer(Int64(offset + byteCount(tensor))),
                ],
            ])
    }
}
