package import Numerics

/// What an update's elements are before they are compressed; docs/formats/update.md, "Transform".
package enum Transform: String, CaseIterable, Sendable {
    /// The elements themselves, in the order of the tensor.
    case none
    /// The coefficients of a cosine transform of each block, block after block.
    case cosine
}

extension Transform {
    /// The number that names the transform in a file.
    package var code: UInt8 { self == .none ? 0 : 1 }

    /// The elements of a block of a tensor of the given shape; one if there are no blocks.
    package func blockCount(_ shape: [Int]) -> Int {
        self == .none ? 1 : BlockGrid(shape).blockCount
    }

    /// The coefficients of `elements`, a tensor of the given shape, into `coefficients`, which is
    /// other memory.
    package func forward(
        _ elements: FloatView, shape: [Int], into coefficients: FloatView, _ arithmetic: Arithmetic
    ) {
        guard self == .cosine else { return coefficients.copy(from: elements) }
        BlockGrid(shape).forward(elements, into: coefficients, arithmetic)
    }

    /// The tensor of the given shape that has `coefficients`, into `elements`, which is other
    /// memory.
    package func inverse(
        _ coefficients: FloatView, shape: [Int], into elements: FloatView, _ arithmetic: Arithmetic
    ) {
        guard self == .cosine else { return elements.copy(from: coefficients) }
        BlockGrid(shape).inverse(coefficients, into: elements, arithmetic)
    }
}
