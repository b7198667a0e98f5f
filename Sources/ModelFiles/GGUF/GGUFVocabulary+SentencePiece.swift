import Encodings

extension GGUFVocabulary {
    /// Whether a file is of SentencePiece's kind: characters, and bytes for what is none.
    static func isSentencePiece(_ tokenizer: JSON) -> Bool {
        let part = tokenizer["pre_tokenizer"] ?? .null
        return tokenizer["model"]?["byte_fallback"] == true
            && (part == .null || part["type"] == "Metaspace")
    }

    /// Whether a space is put before a text, of a normalizer or a pre-tokenizer that marks spaces.
    static func addsSpace(_ tokenizer: JSON) throws(MalformedInput) -> Bool {
        let normalizer = tokenizer["normalizer"] ?? .null
        let parts =
            normalizer["type"] == "Sequence"
            ? normalizer["normalizers"]?.array ?? [] : [normalizer].filter { $0 != .null }
        for part in parts where part["type"] != "Prepend" && part["type"] != "Replace" {
            throw unsupported("normalizer", part["type"] ?? part)
        }
        if parts.contains(where: { $0["type"] == "Prepend" }) { return true }
        guard let metaspace = tokenizer["pre_tokenizer"], metaspace["type"] == "Metaspace" else {
            return false
        }
        guard metaspace["split"] == false else {
            throw unsupported("pre_tokenizer", "Metaspace that splits")
        }
        return metaspace["prepend_scheme"] != "never" && metaspace["add_prefix_space"] != false
    }

    /// The scores by which llama.cpp merges as the list of merges does: the earlier a token is
    /// made, the higher its score; tokens that no merge makes come after all.
    static func scores(of tokens: [String], merges: [String]) -> [Float] {
        var ranks: [[UInt8]: Int] = [:]
        for merge in merges {
            let result = merge.utf8.filter { $0 != UInt8(ascii: " ") }
            if ranks[result] == nil { ranks[result] = ranks.count }
        }
        return tokens.enumerated().map { id, token in
            let rank = ranks[Array(token.utf8)] ?? ranks.count + id
            return -Float(rank)
        }
    }

    /// What a token of SentencePiece's kind is by its text.
    static func type(ofPiece text: String, unknown: JSON) -> TokenType {
        let symbols = Array(text.utf8)
        if unknown == .string(text) { return .unknown }
        let isByte = symbols.count == 6 && symbols.starts(with: "<0x".utf8) && symbols.last == 0x3E
        return isByte ? .byte : .normal
    }
}
