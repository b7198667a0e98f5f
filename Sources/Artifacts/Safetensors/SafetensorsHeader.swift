package import Encodings

/// What a safetensors file says at its start: its tensors and where their bytes lie.
package struct SafetensorsHeader: Sendable {
    /// The longest header, as in the reference reader.
    package static let maximumLength = 100_000_000

    /// The most dimensions of a tensor.
    package static let maximumRank = 32

    /// The most bytes in a name.
    package static let maximumNameLength = 1024

    /// The tensors in the order of their bytes.
    package let tensors: [SafetensorsTensor]

    /// The pairs under `__metadata__` in their order; none if there is no such member.
    package let metadata: [(String, String)]

    /// Tensor numbers by name bytes.
    private let numbers: [[UInt8]: Int]

    /// The header in `prefix`, the bytes before the data of a file of `fileSize` bytes.
    package init(parsing prefix: ArraySlice<UInt8>, fileSize: Int) throws(MalformedInput) {
        var tensors: [SafetensorsTensor] = []
        var metadata: [(String, String)] = []
        for member in try Self.members(of: prefix.dropFirst(8)) {
            if member.key.hasSameBytes(as: "__metadata__") {
                metadata = try Self.metadata(in: member.value)
            } else {
                tensors.append(try Self.tensor(member, dataStart: prefix.count))
            }
        }
        tensors.sort {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        try Self.checkCoverage(of: prefix.count..<fileSize, by: tensors)
        self.tensors = tensors
        self.metadata = metadata
        numbers = Dictionary(
            uniqueKeysWithValues: tensors.enumerated().map { ([UInt8]($1.name.utf8), $0) })
    }

    /// The tensor called `name`, or nil if there is none.
    package func optionalTensor(named name: String) -> SafetensorsTensor? {
        numbers[[UInt8](name.utf8)].map { tensors[$0] }
    }

    /// The tensor called `name`.
    package func tensor(named name: String) throws(MalformedInput) -> SafetensorsTensor {
        guard let tensor = optionalTensor(named: name) else {
            throw MalformedInput("missing tensor '\(name)'")
        }
        return tensor
    }
}

extension SafetensorsTensor {
    /// Checks that the tensor has elements of `dtype` and, if one is given, `shape`.
    package func check(_ dtype: SafetensorsType, shape: [Int]?) throws(MalformedInput) {
        guard self.dtype == dtype else {
            throw MalformedInput(
                "tensor '\(name)': expected dtype \(dtype.rawValue), found \(self.dtype.rawValue)")
        }
        try check(shape: shape)
    }

    /// Checks that the tensor has `shape`, if one is given.
    package func check(shape: [Int]?) throws(MalformedInput) {
        guard let shape, shape != self.shape else { return }
        throw MalformedInput("tensor '\(name)': expected shape \(shape), found \(self.shape)")
    }
}
