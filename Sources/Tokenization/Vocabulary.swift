/// The tokens of a tokenizer: for every id its bytes, and which ids are special.
///
/// The bytes of all tokens lie in one array; strings never serve as keys, since Swift compares them
/// by canonical equivalence and would take distinct tokens for one.
package struct Vocabulary: Sendable {
    /// The largest number of tokens a vocabulary may have.
    package static let maximumSize = 1 << 20

    private var bytes: [UInt8] = []
    private var ends: [Int] = []
    private var specials: Set<UInt32> = []
    /// The tokens that are found in text before the model sees it, special ones among them.
    private var added: Set<UInt32> = []

    /// A vocabulary without tokens.
    init() {}

    /// How many tokens there are; ids run from 0 to one less.
    package var count: Int { ends.count }

    /// Adds a token, whose id is the count before.
    mutating func append(
        _ token: some Sequence<UInt8>, isSpecial: Bool = false, isAdded: Bool = false
    ) {
        if isSpecial { specials.insert(UInt32(count)) }
        if isSpecial || isAdded { added.insert(UInt32(count)) }
        bytes += token
        ends.append(bytes.count)
    }

    /// The bytes of a token, which must exist.
    package func bytes(of token: UInt32) -> ArraySlice<UInt8> {
        let index = Int(token)
        return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }

    /// Whether the token stands outside text, as the end of text does.
    package func isSpecial(_ token: UInt32) -> Bool {
        specials.contains(token)
    }

    /// Whether the token is no part of the model, so that its text is as it stands.
    func isAdded(_ token: UInt32) -> Bool {
        added.contains(token)
    }

    /// The special tokens in the order of their ids.
    package var specialTokens: [UInt32] {
        specials.sorted()
    }

    /// The ids of the model's tokens by their bytes.
    func idsByBytes() -> [ArraySlice<UInt8>: UInt32] {
        var ids: [ArraySlice<UInt8>: UInt32] = [:]
        ids.reserveCapacity(count)
        for id in 0..<UInt32(count) where !isAdded(id) {
            ids[bytes(of: id)] = id
        }
        return ids
    }
}
