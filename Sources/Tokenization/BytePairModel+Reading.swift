import Encodings

extension BytePairModel {
    /// Reads the `model` part of a `tokenizer.json` file.
    init(parsing json: JSON, specials: SpecialTokens) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "tokenizer model")
        if let type = fields.optionalValue("type"), type != .string("BPE") {
            throw fields.mismatch("type", expected: "\"BPE\"", found: type)
        }
        for name in ["dropout", "continuing_subword_prefix", "end_of_word_suffix"] {
            let value = fields.optionalValue(name) ?? .null
            guard value == .null || value == .string("") else {
                throw fields.mismatch(name, expected: "null", found: value)
            }
        }
        // With a token for every byte none of these can come into play.
        for name in ["unk_token", "fuse_unk", "byte_fallback"] { _ = fields.optionalValue(name) }
        let ignoresMerges = try fields.optionalBool("ignore_merges") ?? false
        let members = try fields.object("vocab")
        let entries = try fields.array("merges", limit: Vocabulary.maximumSize)
        try fields.finish()

        vocabulary = try Vocabulary(parsing: members, specials: specials)
        let ids = vocabulary.idsByBytes()
        byteTokens = try Self.byteTokens(ids)
        (merges, mergeList) = try Self.readMerges(entries, vocabulary: vocabulary, ids: ids)
        wholePieces = ignoresMerges ? ids : nil
    }

    private static func byteTokens(
        _ ids: [ArraySlice<UInt8>: UInt32]
    ) throws(MalformedInput) -> [UInt32] {
        var tokens: [UInt32] = []
        for byte in UInt8.min...UInt8.max {
            guard let id = ids[[byte]] else {
                throw MalformedInput(
                    "no token for byte \(byte): the vocabulary must have all 256 bytes",
                    in: "tokenizer model")
            }
            tokens.append(id)
        }
        return tokens
    }

    private static func readMerges(
        _ entries: [JSON], vocabulary: Vocabulary, ids: [ArraySlice<UInt8>: UInt32]
    ) throws(MalformedInput) -> (MergeTable, [(left: UInt32, right: UInt32)]) {
        var table = MergeTable(capacity: entries.count)
        var list: [(left: UInt32, right: UInt32)] = []
        list.reserveCapacity(entries.count)
        for (rank, entry) in entries.enumerated() {
            guard let (left, right) = parts(of: entry),
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

    /// The halves of a merge: `["a", "b"]`, or `"a b"` as before version 0.20 of `tokenizers`.
    private static func parts(of entry: JSON) -> (String, String)? {
        if let pair = entry.array, pair.count == 2, let left = pair[0].string,
            let right = pair[1].string
        {
            return (left, right)
        }
        guard let text = entry.string else { return nil }
        let halves = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        return (
            String(decoding: halves[0], as: UTF8.self), String(decoding: halves[1], as: UTF8.self)
        )
    }
}

extension Vocabulary {
    /// Reads the `vocab` member of a model; the ids of it and the special tokens must be dense.
    init(parsing members: [JSONMember], specials: SpecialTokens) throws(MalformedInput) {
        let count = Set(specials.texts.keys).count
        guard members.count + count <= Self.maximumSize else {
            throw MalformedInput(
                "more than \(Self.maximumSize) tokens", in: "tokenizer model")
        }
        var texts: [String?] = []
        for member in members {
            guard let id = member.value.integer, (0..<Int64(Self.maximumSize)).contains(id) else {
                throw MalformedInput(
                    "id of token \(MalformedInput.quoted(member.key)) is not from 0 to"
                        + " \(Self.maximumSize - 1)", in: "tokenizer model")
            }
            try Self.place(member.key, at: Int(id), in: &texts)
        }
        for (id, text) in specials.texts.sorted(by: { $0.key < $1.key }) {
            try Self.place(text, at: Int(id), in: &texts)
        }
        self.init()
        for (id, text) in texts.enumerated() {
            let isSpecial = specials.texts[UInt32(id)] != nil
            guard let text,
                let bytes = isSpecial ? Array(text.utf8) : ByteAlphabet.bytes(for: text),
                !bytes.isEmpty
            else {
                throw MalformedInput(
                    text == nil
                        ? "no token has id \(id)" : "token \(id) is not text of the byte alphabet",
                    in: "tokenizer model")
            }
            append(bytes, isSpecial: isSpecial)
        }
    }

    /// Puts a token's text at its id, where there must be nothing yet or the very same text.
    private static func place(
        _ text: String, at id: Int, in texts: inout [String?]
    ) throws(MalformedInput) {
        if id >= texts.count {
            texts += [String?](repeating: nil, count: id + 1 - texts.count)
        }
        if let other = texts[id], !other.hasSameBytes(as: text) {
            throw MalformedInput("two tokens have id \(id)", in: "tokenizer model")
        }
        texts[id] = text
    }
}
