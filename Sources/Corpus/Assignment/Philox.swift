/// The counter-based generator Philox4x32-10: a block of four words from a counter and a key.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
enum Philox {
    /// Four words, the first being the least significant of the counter.
    typealias Block = (UInt32, UInt32, UInt32, UInt32)

    /// The block at `counter` under a key of two words.
    static func block(_ counter: Block, key: (UInt32, UInt32)) -> Block {
        var block = counter
        var key = key
        for round in 0..<10 {
            if round > 0 {
                key.0 &+= 0x9E37_79B9
                key.1 &+= 0xBB67_AE85
            }
            let first = UInt64(block.0) * 0xD251_1F53
            let second = UInt64(block.2) * 0xCD9E_8D57
            block = (
                UInt32(second >> 32) ^ block.1 ^ key.0, UInt32(truncatingIfNeeded: second),
                UInt32(first >> 32) ^ block.3 ^ key.1, UInt32(truncatingIfNeeded: first)
            )
        }
        return block
    }
}
