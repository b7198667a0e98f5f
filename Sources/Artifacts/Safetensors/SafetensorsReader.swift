package import Encodings

/// The tensors of a safetensors file; stricter than the reference reader, see the format's page.
package struct SafetensorsReader: Sendable {
    /// The whole file.
    package let bytes: [UInt8]

    private let header: SafetensorsHeader

    /// The tensors of the file that is the whole of `bytes`.
    package init(_ bytes: [UInt8]) throws(MalformedInput) {
        let end = try SafetensorsHeader.end(bytes.prefix(8), fileSize: bytes.count)
        header = try SafetensorsHeader(parsing: bytes[..<end], fileSize: bytes.count)
        self.bytes = bytes
    }

    /// The tensors in the order of their bytes.
    package var tensors: [SafetensorsTensor] { header.tensors }

    /// The pairs under `__metadata__` in their order; none if there is no such member.
    package var metadata: [(String, String)] { header.metadata }

    /// The tensor called `name`.
    package func tensor(named name: String) throws(MalformedInput) -> SafetensorsTensor {
        try header.tensor(named: name)
    }

    /// The elements of the tensor called `name` as bytes.
    package func bytes(of name: String) throws(MalformedInput) -> ArraySlice<UInt8> {
        bytes[try tensor(named: name).range]
    }

    /// The elements of the F32 tensor called `name`, of `shape` if one is given.
    package func floats(
        named name: String, shape: [Int]? = nil
    ) throws(MalformedInput) -> [Float] {
        try elements(named: name, shape: shape, as: Float.self)
    }

    /// The elements of the tensor called `name`, which must hold `Element`s.
    package func elements<Element: SafetensorsElement>(
        named name: String, shape: [Int]? = nil, as type: Element.Type = Element.self
    ) throws(MalformedInput) -> [Element] {
        let tensor = try tensor(named: name)
        try tensor.check(Element.dtype, shape: shape)
        return LittleEndian.numbers(from: bytes[tensor.range])
    }
}
