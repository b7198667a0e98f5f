/// Byte-pair encoding over bytes: the tokens, and the merges in the order they apply.
///
/// Source: Sennrich, Haddow and Birch 2016; over bytes as in GPT-2. A piece of text starts as one
/// token a byte; the merge of lowest rank is applied, the leftmost first, until none applies.
struct BytePairModel: Sendable {
    let vocabulary: Vocabulary
    let merges: MergeTable
    /// The merges as pairs of ids, by rank.
    let mergeList: [(left: UInt32, right: UInt32)]
    /// The token of each single byte.
    let byteTokens: [UInt32]
    /// The merges of two bytes, as `MergeTable.ofBytes` lays them out.
    let byteMerges: [UInt64]
    /// Whole pieces that are looked up before merging, for models that ask for it.
    let wholePieces: TokenIndex?
}
