/// Byte-pair encoding over characters, as SentencePiece has it: a text is one word, its spaces
/// written as marks, and a character that is no token is the tokens of its bytes.
struct CharacterPairModel: Sendable {
    let vocabulary: Vocabulary
    let merges: MergeTable
    /// The token of each byte, for characters that are no token.
    let byteTokens: [UInt32]
    /// The tokens of the mark that stands for a space.
    let markTokens: [UInt32]
    /// The symbols between which some merge may join: a text can be cut between all others.
    let crossings: MergeTable

    private let asciiTokens: [UInt32]
    private let characterTokens: [UInt32: UInt32]

    /// A model whose characters are the tokens `characterTokens` by code point.
    init(
        vocabulary: Vocabulary, merges: MergeTable, crossings: MergeTable, byteTokens: [UInt32],
        characterTokens: [UInt32: UInt32]
    ) {
        self.vocabulary = vocabulary
        self.merges = merges
        self.crossings = crossings
        self.byteTokens = byteTokens
        self.characterTokens = characterTokens
        asciiTokens = (0..<128).map { characterTokens[$0] ?? byteTokens[Int($0)] }
        markTokens =
            characterTokens[0x2581].map { [$0] } ?? SpaceMark.bytes.map { byteTokens[Int($0)] }
    }

    /// The token of a character below U+0080.
    func token(ascii byte: UInt8) -> UInt32 {
        asciiTokens[Int(byte)]
    }

    /// The token of a character, or nil if it is none.
    func token(of point: UInt32) -> UInt32? {
        characterTokens[point]
    }

    /// Whether a merge may join what ends in one symbol to what begins with the other.
    func mayJoin(_ left: UInt32, _ right: UInt32) -> Bool {
        crossings.merge(left, right) != MergeTable.none
    }
}
