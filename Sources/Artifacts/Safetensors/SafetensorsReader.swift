package import Encodings

/// The tensors of a safetensors file; stricter than the reference reader, see the format's page.
package struct SafetensorsReader: Sendable {
    /// The longest header, as in the reference reader.
    package static let maximumHeaderLength = 100_000_000

    /// The most dimensions of a tensor.
    package static let maximumRank = 32

    /// The most bytes in a name.
    package static let maximumNameLength = 1024

    /// The whole file.
    package let bytes: [UInt8]

    /// The tensors in the order of their bytes.
    package let tensors: [SafetensorsTensor]

    /// The pairs under `__metadata__` in their order; none if there is no such member.
    package let metadata: [(String, String)]

    /// Tensor numbers by name bytes.
    private let numbers: [[UInt8]: Int]

    /// The tensors of the file that is the whole of `bytes`.
    package init(_ bytes: [UInt8]) throws(MalformedInput) {
        let (header, start) = try Self.header(of: bytes)
        var tensors: [SafetensorsTensor] = []
        var metadata: [(String, String)] = []
        for member in header {
            if member.key.hasSameBytes(as: "__metadata__") {
                metadata = try Self.metadata(in: member.value)
            } else {
                tensors.append(try Self.tensor(member, dataStart: start))
            }
        }
        tensors.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        try Self.checkCoverage(of: start..<bytes.count, by: tensors)
        self.bytes = bytes
        self.tensors = tensors
        self.metadata = metadata
        numbers = Dictionary(
            uniqueKeysWithValues: tensors.enumerated().map { ([UInt8]($1.name.utf8), $0) })
    }

    /// The tensor called `name`.
    package func tensor(named name: String) throws(MalformedInput) -> SafetensorsTensor {
        guard let number = numbers[[UInt8](name.utf8)] else {
            throw MalformedInput("missing tensor '\(name)'")
        }
        return tensors[number]
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
        guard tensor.dtype == Element.dtype else {
            throw MalformedInput(
                "tensor '\(name)': expected dtype \(Element.dtype.rawValue),"
                    + " found \(tensor.dtype.rawValue)")
        }
        try check(tensor, shape)
        return LittleEndian.numbers(from: bytes[tensor.range])
    }
}
