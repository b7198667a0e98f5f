import Encodings

extension BytePairModel {
    /// The bytes of no character that Unicode assigns; a vocabulary may lack them.
    ///
    /// C0, C1 and F5 to FF are not of UTF-8, and F1 and F2 begin characters of planes 4 to 11.
    private static let dispensable: Set<UInt8> = Set([0xC0, 0xC1, 0xF1, 0xF2] + (0xF5...0xFF))

    /// Reads the `model` part of a `tokenizer.json` file, and tells which bytes are no token.
    static func read(
        _ json: JSON, added: AddedTokens
    ) throws(MalformedInput) -> (model: BytePairModel, missing: [UInt8]) {
        let fields = try ModelFields(json)
        let vocabulary = try Vocabulary(
            parsing: fields.vocabulary, added: added, bytes: ByteAlphabet.bytes)
        let ids = vocabulary.idsByBytes()
        let missing = (UInt8.min...UInt8.max).filter { ids[[$0]] == nil }
        try expectBytes(missing, hasUnknownToken: fields.hasUnknownToken)
        let (merges, list) = try readMerges(fields.merges, ids: ids)
        if fields.ignoresMerges, !missing.isEmpty {
            throw MalformedInput(
                "no token for \(ByteList(missing)), and 'ignore_merges'", in: "tokenizer model")
        }
        let model = BytePairModel(
            vocabulary: vocabulary, merges: merges, mergeList: list,
            byteTokens: (UInt8.min...UInt8.max).map { ids[[$0]] ?? 0 },
            ids: fields.ignoresMerges ? ids : nil)
        return (model, missing)
    }

    /// A model that takes the pieces `ids` whole, if given.
    init(
        vocabulary: Vocabulary, merges: MergeTable,
        mergeList: [(left: UInt32, right: UInt32)], byteTokens: [UInt32],
        ids: [ArraySlice<UInt8>: UInt32]?
    ) {
        self.init(
            vocabulary: vocabulary, merges: merges, mergeList: mergeList, byteTokens: byteTokens,
            byteMerges: merges.ofBytes(byteTokens),
            wholePieces: ids.map { TokenIndex($0, of: vocabulary) })
    }

    private static func expectBytes(
        _ missing: [UInt8], hasUnknownToken: Bool
    ) throws(MalformedInput) {
        if let needed = missing.first(where: { hasUnknownToken || !dispensable.contains($0) }) {
            throw MalformedInput(
                "no token for byte \(needed): the vocabulary must have every byte of UTF-8 text",
                in: "tokenizer model")
        }
    }

    private static func readMerges(
        _ entries: [JSON], ids: [ArraySlice<UInt8>: UInt32]
    ) throws(MalformedInput) -> (MergeTable, [(left: UInt32, right: UInt32)]) {
        var table = MergeTable(capacity: entries.count)
        var list: [(left: UInt32, right: UInt32)] = []
        list.reserveCapacity(entries.count)
        for (rank, entry) in entries.enumerated() {
            guard let (left, right) = MergeEntry.parts(of: entry),
                let leftBytes = ByteAlphabet.bytes(for: left),
                let rightBytes = ByteAlphabet.bytes(for: right),
                let leftID = ids[leftBytes[...]], let rightID = ids[rightBytes[...]]
            else {
                throw MalformedInput("merge \(rank) is not a pair of tokens", in: "tokenizer model")
            }
            guard let result = ids[(leftBytes + rightBytes)[...]],
                table.insert(leftID, rightID, rank: UInt32(rank), result: result)
            else {
                throw MalformedInput(
                    "merge \(rank) occurs twice or makes no token", in: "tokenizer model")
            }
            list.append((leftID, rightID))
        }
        return (table, list)
    }
}
