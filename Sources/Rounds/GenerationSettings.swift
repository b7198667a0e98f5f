package import Encodings

/// What a model directory says about generating text; it is kept from checkpoint to checkpoint.
///
/// The model computes the same whatever stands here.
package struct GenerationSettings: Sendable, Equatable {
    /// The largest `generation_config.json`.
    package static let sizeLimit = 1 << 16

    /// The most tokens that may end a text.
    package static let endTokenLimit = 64

    /// The token that begins a text (`bos_token_id`), if there is one.
    package let beginningToken: Int?
    /// The tokens of which each ends a text (`eos_token_id`).
    package let endTokens: [Int]
    /// The token that fills up short texts (`pad_token_id`), if there is one.
    package let paddingToken: Int?
    /// The contents of `generation_config.json`, an object.
    package let file: JSON

    /// Settings of a tokenizer of ours: one token parts the texts, if there is one.
    package init(endToken: Int?) {
        beginningToken = endToken
        endTokens = endToken.map { [$0] } ?? []
        paddingToken = nil
        let token = Self.json(endTokens)
        file = ["bos_token_id": token, "eos_token_id": token]
    }

    /// The settings in a model's `config.json` and the bytes of its `generation_config.json`, if
    /// it has one.
    package init(config: JSON, generation: [UInt8]?) throws(MalformedInput) {
        do throws(MalformedInput) {
            beginningToken = try Self.token("bos_token_id", in: config)
            endTokens = try Self.tokens("eos_token_id", in: config)
            paddingToken = try Self.token("pad_token_id", in: config)
        } catch {
            throw error.within("config.json")
        }
        guard let generation else {
            file = [
                "bos_token_id": Self.json(beginningToken.map { [$0] } ?? []),
                "eos_token_id": Self.json(endTokens),
            ]
            return
        }
        do throws(MalformedInput) {
            file = try JSON(
                parsing: generation, limits: JSONLimits(bytes: Self.sizeLimit, depth: 16))
            guard file.object != nil else {
                throw MalformedInput("expected an object, found \(file.summary)")
            }
        } catch {
            throw error.within("generation_config.json")
        }
    }

    /// The first token that ends a text, if there is one.
    package var endToken: Int? { endTokens.first }

    /// The `config.json` of a model with these settings; `config` has none but the first tokens.
    package func completing(_ config: JSON) -> JSON {
        var members = config.object ?? []
        if endTokens.count > 1, let index = members.firstIndex(where: { $0.key == "eos_token_id" })
        {
            members[index].value = Self.json(endTokens)
        }
        if let paddingToken {
            members.append(
                JSONMember(key: "pad_token_id", value: .integer(Int64(paddingToken))))
        }
        return .object(members)
    }

    private static func json(_ tokens: [Int]) -> JSON {
        switch tokens.count {
        case 0: .null
        case 1: .integer(Int64(tokens[0]))
        default: .array(tokens.map { .integer(Int64($0)) })
        }
    }

    /// A token, none, or −1, with which some models say that there is none.
    private static func token(_ name: String, in config: JSON) throws(MalformedInput) -> Int? {
        guard let value = config[name], value != .null, value != .integer(-1) else { return nil }
        guard let token = identifier(value) else {
            throw .field(name, expected: "a token or null", found: value.summary)
        }
        return token
    }

    private static func tokens(_ name: String, in config: JSON) throws(MalformedInput) -> [Int] {
        guard let elements = config[name]?.array else {
            return try token(name, in: config).map { [$0] } ?? []
        }
        let tokens = elements.compactMap(identifier)
        guard tokens.count == elements.count, tokens.count <= endTokenLimit else {
            throw .field(
                name, expected: "at most \(endTokenLimit) tokens",
                found: "an array of \(elements.count)")
        }
        return tokens
    }

    private static func identifier(_ value: JSON) -> Int? {
        value.integer.flatMap { (0...Int64(Int32.max)).contains($0) ? Int($0) : nil }
    }
}
