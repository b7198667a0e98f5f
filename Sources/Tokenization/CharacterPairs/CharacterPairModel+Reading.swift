import Encodings

extension CharacterPairModel {
    /// Reads the `model` part of a `tokenizer.json` file of SentencePiece's kind.
    init(parsing json: JSON, added: AddedTokens) throws(MalformedInput) {
        let fields = try ModelFields(json)
        guard fields.fallsBackToBytes else {
            throw MalformedInput(
                "unsupported model without 'byte_fallback' and without a ByteLevel pre_tokenizer",
                in: "tokenizer")
        }
        guard !fields.ignoresMerges else {
            throw MalformedInput("unsupported 'ignore_merges' with byte_fallback", in: "tokenizer")
        }
        let vocabulary = try Vocabulary(
            parsing: fields.vocabulary, added: added, bytes: Self.bytes(of:))
        let texts = TokenTexts(fields.vocabulary)
        let byteTokens = try Self.byteTokens(texts)
        let merges = try texts.readMerges(fields.merges)
        let characters = texts.characters()
        self.init(
            vocabulary: vocabulary, merges: merges.table,
            crossings: Self.crossings(
                of: merges.list, texts, Set(byteTokens), characterTokens: characters),
            byteTokens: byteTokens, characterTokens: characters)
    }

    /// What a token decodes to: `<0x0A>` is a byte, and marks are spaces.
    private static func bytes(of text: String) -> [UInt8]? {
        if let byte = byte(named: text) { return [byte] }
        var decoded: [UInt8] = []
        for scalar in text.unicodeScalars {
            UTF8Decoding.append(scalar.value == 0x2581 ? 0x20 : scalar.value, to: &decoded)
        }
        return decoded
    }

    private static func byte(named text: String) -> UInt8? {
        let symbols = Array(text.utf8)
        guard symbols.count == 6, symbols.starts(with: "<0x".utf8), symbols[5] == UInt8(ascii: ">")
        else { return nil }
        return UInt8(String(decoding: symbols[3..<5], as: UTF8.self), radix: 16)
    }

    private static func byteTokens(_ texts: TokenTexts) throws(MalformedInput) -> [UInt32] {
        let digits = Array("0123456789ABCDEF".utf8)
        let found = (0...255).map { byte in
            texts.ids[Array("<0x".utf8) + [digits[byte >> 4], digits[byte & 15], 0x3E]]
        }
        let missing = (0...255).filter { found[$0] == nil }.map { UInt8($0) }
        guard missing.isEmpty else {
            throw MalformedInput(
                "no token for \(ByteList(missing)): byte_fallback needs all 256 bytes",
                in: "tokenizer model")
        }
        return found.compactMap(\.self)
    }

    /// The pairs of symbols at the joint of each merge.
    private static func crossings(
        of merges: [(left: UInt32, right: UInt32)], _ texts: TokenTexts, _ bytes: Set<UInt32>,
        characterTokens: [UInt32: UInt32]
    ) -> MergeTable {
        var table = MergeTable(capacity: 4 * merges.count)
        for (left, right) in merges {
            // A token that stands for a byte is a symbol itself, and may also be made of letters.
            let lasts =
                [texts.last(of: left).flatMap { characterTokens[$0] }]
                + (bytes.contains(left) ? [left] : [])
            let firsts =
                [texts.first(of: right).flatMap { characterTokens[$0] }]
                + (bytes.contains(right) ? [right] : [])
            for last in lasts.compactMap(\.self) {
                for first in firsts.compactMap(\.self) {
                    _ = table.insert(last, first, rank: 0, result: 0)
                }
            }
        }
        return table
    }
}

/// The texts of a vocabulary by id, and the ids by text.
private struct TokenTexts {
    private(set) var ids: [[UInt8]: UInt32] = [:]
    private var texts: [UInt32: [UInt8]] = [:]

    /// The texts of entries whose ids are known to be in range.
    init(_ members: [JSONMember]) {
        for member in members {
            let text = Array(member.key.utf8)
            let id = UInt32(member.value.integer ?? 0)
            ids[text] = id
            texts[id] = text
        }
    }

    /// The tokens that are one character, by code point.
    func characters() -> [UInt32: UInt32] {
        var found: [UInt32: UInt32] = [:]
        for (text, id) in ids {
            if let (point, length) = UTF8Decoding.scalar(in: text.span, at: 0),
                length == text.count
            {
                found[point] = id
            }
        }
        return found
    }

    /// The first character of a token.
    func first(of id: UInt32) -> UInt32? {
        texts[id].flatMap { UTF8Decoding.scalar(in: $0.span, at: 0)?.scalar }
    }

    /// The last character of a token.
    func last(of id: UInt32) -> UInt32? {
        guard let text = texts[id],
            let start = UTF8Decoding.startOfCharacter(in: text.span, before: text.count)
        else { return nil }
        return UTF8Decoding.scalar(in: text.span, at: start)?.scalar
    }

    /// The merges as a table and as pairs of ids.
    func readMerges(
        _ entries: [JSON]
    ) throws(MalformedInput) -> (table: MergeTable, list: [(left: UInt32, right: UInt32)]) {
        var table = MergeTable(capacity: entries.count)
        var list: [(left: UInt32, right: UInt32)] = []
        for (rank, entry) in entries.enumerated() {
            guard let (left, right) = MergeEntry.parts(of: entry),
                let leftID = ids[Array(left.utf8)], let rightID = ids[Array(right.utf8)]
            else {
                throw MalformedInput("merge \(rank) is not a pair of tokens", in: "tokenizer model")
            }
            guard let result = ids[Array(left.utf8) + Array(right.utf8)],
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
