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
    /// Whole pieces that are looked up before merging, for models that ask for it.
    let wholePieces: [ArraySlice<UInt8>: UInt32]?

    /// Encodes one piece by merging alone and appends its tokens.
    func encode(_ piece: Span<UInt8>, into tokens: inout [UInt32], scratch: inout MergeScratch) {
        if let wholePieces, let whole = wholePieces[piece.array[...]] {
            tokens.append(whole)
        } else if piece.count == 1 {
            tokens.append(byteTokens[Int(piece[0])])
        } else if piece.count <= MergeScratch.shortPiece {
            scratch.mergeShort(piece, model: self, into: &tokens)
        } else {
            scratch.mergeLong(piece, model: self, into: &tokens)
        }
    }
}

extension Span<UInt8> {
    /// A copy of the bytes.
    var array: [UInt8] {
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        for index in indices { copy.append(self[index]) }
        return copy
    }
}
