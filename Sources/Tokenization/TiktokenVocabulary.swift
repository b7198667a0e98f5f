/// The vocabularies that come as `.tiktoken` files, by what the files leave out.
package enum TiktokenVocabulary: String, Sendable, CaseIterable {
    /// GPT-2's, called r50k too.
    case gpt2
    /// Llama 3's.
    case llama3
    /// Qwen's, Qwen2's and Qwen2.5's.
    case qwen2
    /// OpenAI's of 100,256 tokens.
    case cl100k
    /// OpenAI's of 199,998 tokens.
    case o200k

    /// How text is split.
    package var pattern: SplitPattern {
        switch self {
        case .gpt2: .gpt2
        case .qwen2: .qwen2
        case .o200k: .o200k
        // The expression of cl100k is spelled another way and matches the same.
        case .llama3, .cl100k: .llama3
        }
    }

    /// The special tokens by id, which follow the ranks of the file.
    var specialTokens: [UInt32: String] {
        switch self {
        case .gpt2:
            [50256: "<|endoftext|>"]
        case .qwen2:
            [151643: "<|endoftext|>", 151644: "<|im_start|>", 151645: "<|im_end|>"]
        case .llama3:
            Self.llama3SpecialTokens
        case .cl100k:
            [
                100257: "<|endoftext|>", 100258: "<|fim_prefix|>", 100259: "<|fim_middle|>",
                100260: "<|fim_suffix|>", 100276: "<|endofprompt|>",
            ]
        case .o200k:
            [199999: "<|endoftext|>", 200018: "<|endofprompt|>"]
        }
    }

    /// The 256 of Llama 3, most of them reserved.
    private static var llama3SpecialTokens: [UInt32: String] {
        var names = [
            128000: "<|begin_of_text|>", 128001: "<|end_of_text|>", 128006: "<|start_header_id|>",
            128007: "<|end_header_id|>", 128009: "<|eot_id|>",
        ]
        var reserved = 0
        for id in 128000..<128256 where names[id] == nil {
            names[id] = "<|reserved_special_token_\(reserved)|>"
            reserved += 1
        }
        return Dictionary(uniqueKeysWithValues: names.map { (UInt32($0.key), $0.value) })
    }
}
