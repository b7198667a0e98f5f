/// Tokens on their way into an array: storing four at once costs one instruction.
@safe final class TokenBuffer {
    /// From how many tokens on the buffer is emptied before more pieces are looked up.
    private static let full = 1 << 12
    /// The most tokens of a piece that are stored together.
    private static let mostTogether = 256
    private static let capacity =
        full + PieceBatch.capacity * PieceCache.mostTokens + PieceCache.mostTokens

    private let tokens: UnsafeMutablePointer<UInt32>
    private var count = 0

    init() {
        unsafe tokens = .allocate(capacity: Self.capacity)
        unsafe tokens.initialize(repeating: 0, count: Self.capacity)
    }

    deinit {
        unsafe tokens.deallocate()
    }

    /// Adds the first `number` of four tokens; to be done for one batch after `makeRoom`.
    @inline(__always)
    func append(_ four: SIMD4<UInt32>, number: Int) {
        unsafe UnsafeMutableRawPointer(tokens + count).storeBytes(
            of: four, as: SIMD4<UInt32>.self)
        count &+= number
    }

    /// Adds the tokens of a piece, or all there are to `array`.
    func append(_ more: UnsafeBufferPointer<UInt32>, overflowingInto array: inout [UInt32]) {
        if count + more.count > Self.full { flush(to: &array) }
        guard more.count <= Self.mostTogether, let source = more.baseAddress else {
            flush(to: &array)
            unsafe array.append(contentsOf: more)
            return
        }
        unsafe (tokens + count).update(from: source, count: more.count)
        count += more.count
    }

    /// Empties the buffer into `array` if another batch might not fit.
    func makeRoom(_ array: inout [UInt32]) {
        if count >= Self.full { flush(to: &array) }
    }

    /// Empties the buffer into `array`.
    func flush(to array: inout [UInt32]) {
        unsafe array.append(contentsOf: UnsafeBufferPointer(start: tokens, count: count))
        count = 0
    }
}
