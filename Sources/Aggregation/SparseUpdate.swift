/// The elements sent of one tensor, in ascending order.
package struct SparseTensor: Sendable, Equatable {
    /// Places within the tensor.
    package var indices: [UInt32] = []
    /// Values, none of them zero.
    package var values: [Float] = []

    /// A tensor of which nothing was sent.
    package init() {}

    /// Adds the element at `index`; one that is zero counts as not sent.
    package mutating func append(_ index: Int, _ value: Float) {
        guard value != 0 else { return }
        indices.append(UInt32(index))
        values.append(value)
    }

    /// The positions here of the elements whose places lie in `range`.
    func positions(of range: Range<Int>) -> Range<Int> {
        position(of: range.lowerBound)..<position(of: range.upperBound)
    }

    /// The number of elements before `place`.
    private func position(of place: Int) -> Int {
        var (low, high) = (0, indices.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(indices[middle]) < place { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// One decoded update, a tensor after the other in layout order.
package struct SparseUpdate: Sendable, Equatable {
    /// The tensors.
    package var tensors: [SparseTensor]

    /// An update of the given tensors.
    package init(tensors: [SparseTensor]) { self.tensors = tensors }
}
