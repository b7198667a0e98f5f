package import Encodings

extension SafetensorsReader {
    /// The elements of the F32, BF16 or F16 tensor called `name`, each as the equal float.
    package func widenedFloats(
        named name: String, shape: [Int]? = nil
    ) throws(MalformedInput) -> [Float] {
        let tensor = try tensor(named: name)
        switch tensor.dtype {
        case .bf16:
            try check(tensor, shape)
            return LittleEndian.numbers(from: bytes[tensor.range], as: UInt16.self)
                .map { Float(bitPattern: UInt32($0) << 16) }
        case .f16:
            try check(tensor, shape)
            return LittleEndian.numbers(from: bytes[tensor.range], as: UInt16.self)
                .map { Float(Float16(bitPattern: $0)) }
        default:
            return try floats(named: name, shape: shape)
        }
    }

    /// Checks that `tensor` has `shape`, if one is given.
    func check(_ tensor: SafetensorsTensor, _ shape: [Int]?) throws(MalformedInput) {
        guard let shape, shape != tensor.shape else { return }
        throw MalformedInput(
            "tensor '\(tensor.name)': expected shape \(shape), found \(tensor.shape)")
    }
}
