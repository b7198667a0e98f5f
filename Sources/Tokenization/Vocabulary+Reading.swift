import Encodings

extension Vocabulary {
    /// Reads the `vocab` member of a model, whose texts stand for what `bytes` says.
    ///
    /// The ids of it and the added tokens together must be dense.
    init(
        parsing members: [JSONMember], added: AddedTokens, bytes: (String) -> [UInt8]?
    ) throws(MalformedInput) {
        guard members.count + added.list.count <= 2 * Self.maximumSize else {
            throw MalformedInput("more than \(Self.maximumSize) tokens", in: "tokenizer model")
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
        let isModels = texts.map { $0 != nil }
        for token in added.list.sorted(by: { $0.id < $1.id }) {
            try Self.place(token.text, at: Int(token.id), in: &texts)
        }
        let specials = Set(added.list.filter(\.isSpecial).map(\.id))
        self.init()
        for (id, text) in texts.enumerated() {
            let isSpecial = specials.contains(UInt32(id))
            let isPlain = isSpecial || id >= isModels.count || !isModels[id]
            guard let text, let token = isPlain ? Array(text.utf8) : bytes(text), !token.isEmpty
            else {
                throw MalformedInput(
                    text == nil
                        ? "no token has id \(id)" : "token \(id) is not text of the byte alphabet",
                    in: "tokenizer model")
            }
            append(token, isSpecial: isSpecial, isAdded: isPlain)
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
