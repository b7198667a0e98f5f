/// One tensor of an update under `top-k-sign v1`.
package struct SparseSigns: Sendable, Equatable {
    /// Places of the elements sent, within their chunk, ascending; chunk after chunk.
    package var indices: [UInt16] = []
    /// One bit an element sent, in the same order: 1 is negative; lowest bit first.
    package var signs: [UInt8] = []
    /// One magnitude a chunk.
    package var scales: [Float] = []

    /// An empty tensor.
    package init() {}
}
