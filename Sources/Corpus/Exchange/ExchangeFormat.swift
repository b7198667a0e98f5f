/// A format in which others keep tokens; docs/formats/exchange.md says what each is.
package enum ExchangeFormat: String, Sendable, CaseIterable {
    /// nanoGPT's `.bin`: tokens of two bytes and nothing else.
    case nanoGPT = "nanogpt"
    /// llm.c's `.bin`: a header of 1,024 bytes, then tokens of two or four bytes.
    case llmC = "llm.c"
    /// Megatron-LM's `.bin` with tokens and `.idx` with the lengths of documents.
    case megatron
}

/// The header of llm.c's token files: 256 numbers of four bytes, of which three are used.
enum LLMCHeader {
    /// The bytes of the header.
    static let size = 1024

    /// The most tokens of a file; the header counts them in a signed number of four bytes.
    static let maximumTokens = Int(Int32.max)

    private static let narrow: (magic: Int32, version: Int32) = (20_240_520, 1)
    private static let wide: (magic: Int32, version: Int32) = (20_240_801, 7)

    /// The header before `tokens` tokens.
    static func bytes(tokens: Int, isWide: Bool) -> [Int32] {
        let (magic, version) = isWide ? wide : narrow
        return [magic, version, Int32(tokens)] + [Int32](repeating: 0, count: 253)
    }

    /// Whether tokens take four bytes, and how many there are; nil for any other header.
    static func parse(_ numbers: [Int32]) -> (isWide: Bool, tokens: Int)? {
        guard numbers.count == 256, numbers[2] >= 0 else { return nil }
        let start = (numbers[0], numbers[1])
        guard start == narrow || start == wide else { return nil }
        return (start == wide, Int(numbers[2]))
    }
}
