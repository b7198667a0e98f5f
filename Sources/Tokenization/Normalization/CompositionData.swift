/// What canonical composition needs to know about a character.
struct CompositionData: Sendable {
    /// The data of `CompositionTables`, built once.
    static let standard = CompositionData()

    /// Marks a starter that decomposes, or composes with what stands before it.
    private static let unstable: UInt8 = 255

    /// 0 for a starter that stays whatever stands before it, `unstable`, or the combining class.
    private let properties: CodePointTable
    /// One step of decomposition; the second is 0 where there is one character alone.
    private let decompositions: [UInt32: (UInt32, UInt32)]
    private let compositions: [UInt64: UInt32]

    private init() {
        var flat = [UInt8](repeating: 0, count: 0x110000)
        var decompositions: [UInt32: (UInt32, UInt32)] = [:]
        var compositions: [UInt64: UInt32] = [:]
        Self.forEachRow(of: CompositionTables.singletons, width: 2) { point, row in
            decompositions[point] = (row[0], 0)
            flat[Int(point)] = Self.unstable
        }
        Self.forEachRow(of: CompositionTables.exclusions, width: 3) { point, row in
            decompositions[point] = (row[0], row[1])
            flat[Int(point)] = Self.unstable
        }
        Self.forEachRow(of: CompositionTables.pairs, width: 3) { point, row in
            decompositions[point] = (row[0], row[1])
            compositions[UInt64(row[0]) << 32 | UInt64(row[1])] = point
            flat[Int(row[1])] = Self.unstable
        }
        for jamo in Hangul.vowels { flat[Int(jamo)] = Self.unstable }
        for jamo in Hangul.finals { flat[Int(jamo)] = Self.unstable }
        Self.setClasses(in: &flat)
        properties = CodePointTable(flat)
        self.decompositions = decompositions
        self.compositions = compositions
    }

    /// Whether the character is a starter that neither changes nor joins what stands before it.
    func isStable(_ point: UInt32) -> Bool {
        properties[point] == 0
    }

    /// The canonical combining class.
    func combiningClass(_ point: UInt32) -> UInt8 {
        let property = properties[point]
        return property == Self.unstable ? 0 : property
    }

    /// Calls `body` with the characters of the full canonical decomposition.
    func decompose(_ point: UInt32, _ body: (UInt32) -> Void) {
        if let parts = Hangul.decompose(point) {
            body(parts.0)
            body(parts.1)
            if let last = parts.2 { body(last) }
        } else if let (first, second) = decompositions[point] {
            decompose(first, body)
            if second != 0 { decompose(second, body) }
        } else {
            body(point)
        }
    }

    /// The character that two compose to, or nil.
    func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
        Hangul.compose(first, second) ?? compositions[UInt64(first) << 32 | UInt64(second)]
    }

    /// Calls `body` with each row's code point, written as the gap since the last, and its rest.
    private static func forEachRow(
        of table: [UInt32], width: Int, _ body: (UInt32, [UInt32]) -> Void
    ) {
        var point: UInt32 = 0
        for start in stride(from: 0, to: table.count, by: width) {
            point += table[start]
            body(point, Array(table[start + 1..<start + width]))
        }
    }

    private static func setClasses(in flat: inout [UInt8]) {
        let table = CompositionTables.combiningClasses
        var position = 0
        while position < table.count {
            let end = position + 2 + 2 * Int(table[position + 1])
            let number = UInt8(table[position])
            CodePointTable.forEachPoint(in: table[position + 2..<end]) { point in
                flat[Int(point)] = number
            }
            position = end
        }
    }
}

/// The arithmetic of Hangul syllables (Unicode Standard, section 3.12).
private enum Hangul {
    static let vowels: Range<UInt32> = 0x1161..<0x1176
    static let finals: Range<UInt32> = 0x11A8..<0x11C3
    private static let leads: Range<UInt32> = 0x1100..<0x1113
    private static let syllables: Range<UInt32> = 0xAC00..<0xD7A4
    private static let syllablesPerLead: UInt32 = 588
    private static let syllablesPerVowel: UInt32 = 28

    static func decompose(_ point: UInt32) -> (UInt32, UInt32, UInt32?)? {
        guard syllables.contains(point) else { return nil }
        let index = point - syllables.lowerBound
        let last = index % syllablesPerVowel
        return (
            leads.lowerBound + index / syllablesPerLead,
            vowels.lowerBound + index % syllablesPerLead / syllablesPerVowel,
            last == 0 ? nil : finals.lowerBound - 1 + last
        )
    }

    static func compose(_ first: UInt32, _ second: UInt32) -> UInt32? {
        if leads.contains(first), vowels.contains(second) {
            let lead = first - leads.lowerBound
            let vowel = second - vowels.lowerBound
            return syllables.lowerBound + lead * syllablesPerLead + vowel * syllablesPerVowel
        }
        guard syllables.contains(first), finals.contains(second),
            (first - syllables.lowerBound).isMultiple(of: syllablesPerVowel)
        else { return nil }
        return first + second - (finals.lowerBound - 1)
    }
}
