/// Random texts of the characters that split patterns tell apart, the same in every run.
struct RandomText {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    private static let parts: [String] =
        [
            " ", " ", " ", "  ", "\n", "\r\n", "\n\n", "\t", "'s", "'S", "'ll", "'re", "'ſ", "'",
            "''",
        ]
        + ["a", "b", "the", "Word", "1", "12", "1234", ".", "...", "\"", "(", "-", "_", "\u{0}"]
        + ["é", "ж", "слово", "中文", "ที่", "한", "\u{2019}", "\u{201C}", "—", "🙂", "👩‍💻", "e\u{301}"]
        + ["\u{A0}", "\u{3000}", "\u{2028}", "\u{85}", "²", "½", "٣", "Ⅷ", "𝟘", "\u{FEFF}"]

    /// A number below `bound`.
    mutating func below(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }

    /// Up to `count` parts in a row, of which some are bytes that are not UTF-8.
    mutating func mixed(_ count: Int) -> [UInt8] {
        var text: [UInt8] = []
        // A text keeps to few kinds of part, so that runs come about.
        let first = below(Self.parts.count)
        let kinds = 1 + below(Self.parts.count)
        for _ in 0..<below(count + 1) {
            if below(60) == 0 {
                text.append(UInt8(0x80 + below(0x80)))
            } else {
                text += Self.parts[(first + below(kinds)) % Self.parts.count].utf8
            }
        }
        return text
    }

    /// `count` bytes of a few letters that repeat in places and are random in others.
    mutating func letters(_ count: Int) -> [UInt8] {
        var text: [UInt8] = []
        while text.count < count {
            let period = (0...below(5)).map { _ in UInt8(0x61 + below(4)) }
            for index in 0..<below(count / 2 + 2) { text.append(period[index % period.count]) }
            for _ in 0..<below(20) { text.append(UInt8(0x61 + below(4))) }
        }
        return Array(text.prefix(count))
    }
}
