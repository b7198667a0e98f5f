/// Tokens on their way into an array: storing four at once costs one instruction.
@safe final class TokenBuffer {
    /// From how many tokens on the buffer must be emptied before another block of text.
    private static let full = 4096
    // A block has no more tokens than bytes.
    private static let capacity = full + CharacterBlock.size + PieceCache.mostTokens

    private let tokens: UnsafeMutablePointer<UInt32>
    private var count = 0

    init() {
        unsafe tokens = .allocate(capacity: Self.capacity)
        unsafe tokens.initialize(repeating: 0, count: Self.capacity)
    }

    deinit {
        unsafe tokens.deallocate()
    }

    /// Adds the first `number` of four tokens.
    @inline(__always)
    func append(_ four: SIMD4<UInt32>, number: Int) {
        unsafe UnsafeMutableRawPointer(tokens + count).storeBytes(
            of: four, as: SIMD4<UInt32>.self)
        count &+= number
    }

    /// Adds some tokens; no more than there are bytes in a block.
    func append(_ more: UnsafeBufferPointer<UInt32>) {
        precondition(more.count <= Self.capacity - count, "room for the tokens of a block")
        unsafe UnsafeMutableRawPointer(tokens + count).copyMemory(
            from: UnsafeRawPointer(more.baseAddress.unsafelyUnwrapped), byteCount: 4 * more.count)
        count &+= more.count
    }

    /// Empties the buffer into `array` if another block might not fit.
    @inline(__always)
    func makeRoom(_ array: inout [UInt32]) {
        if count >= Self.full { flush(to: &array) }
    }

    /// Empties the buffer into `array`.
    func flush(to array: inout [UInt32]) {
        unsafe array.append(contentsOf: UnsafeBufferPointer(start: tokens, count: count))
        count = 0
    }
}
