/// Tokens on their way into an array: storing four at once costs one instruction.
@safe final class TokenBuffer {
    /// From how many tokens on the buffer is emptied before more pieces are looked up.
    private static let full = 1 << 12
    /// The most tokens of a piece that are stored together.
    private static let mostTogether = 256
    private static let capacity =
        full + (PieceBatch.capacity + 1) * SIMD16<UInt32>.scalarCount

    private let tokens: UnsafeMutablePointer<UInt32>
    /// Where the next token goes.
    private(set) var end: UnsafeMutablePointer<UInt32>

    init() {
        unsafe tokens = .allocate(capacity: Self.capacity)
        unsafe tokens.initialize(repeating: 0, count: Self.capacity)
        unsafe end = tokens
    }

    deinit {
        unsafe tokens.deallocate()
    }

    private var count: Int { unsafe end - tokens }

    /// Stores the tokens of a complete entry at `end` and says where they end; after `makeRoom`,
    /// for no more than a batch.
    @inline(__always)
    static func store(
        _ entry: PieceCache.Entry, at end: UnsafeMutablePointer<UInt32>
    ) -> UnsafeMutablePointer<UInt32> {
        unsafe UnsafeMutableRawPointer(end).storeBytes(of: entry.tokens, as: SIMD4<UInt32>.self)
        return unsafe end + entry.count
    }

    /// Stores the first `count` of sixteen tokens at `end`, likewise.
    @inline(__always)
    static func store(
        _ tokens: SIMD16<UInt32>, count: Int, at end: UnsafeMutablePointer<UInt32>
    ) -> UnsafeMutablePointer<UInt32> {
        unsafe UnsafeMutableRawPointer(end).storeBytes(of: tokens, as: SIMD16<UInt32>.self)
        return unsafe end + count
    }

    /// Tells that tokens were stored up to `end`.
    @inline(__always)
    func stored(upTo end: UnsafeMutablePointer<UInt32>) {
        unsafe self.end = end
    }

    /// Adds the tokens of a piece, or all there are to `array`.
    func append(_ more: UnsafeBufferPointer<UInt32>, overflowingInto array: inout [UInt32]) {
        if count + more.count > Self.full { flush(to: &array) }
        guard more.count <= Self.mostTogether, let source = more.baseAddress else {
            flush(to: &array)
            unsafe array.append(contentsOf: more)
            return
        }
        unsafe end.update(from: source, count: more.count)
        unsafe end += more.count
    }

    /// Empties the buffer into `array` if another batch might not fit.
    func makeRoom(_ array: inout [UInt32]) {
        if count >= Self.full { flush(to: &array) }
    }

    /// Empties the buffer into `array`.
    func flush(to array: inout [UInt32]) {
        unsafe array.append(contentsOf: UnsafeBufferPointer(start: tokens, count: count))
        unsafe end = tokens
    }
}
