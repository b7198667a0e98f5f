/// What a character is to those who count and compare words.
package enum CharacterKind: Sendable {
    /// What `\p{L}` matches.
    case letter
    /// What `\p{N}` matches.
    case number
    /// What `\s` matches.
    case space
    /// Everything else, bytes that are not UTF-8 among it.
    case other

    /// The kind of the character whose first byte is at `position`, and its length in bytes.
    package static func of(
        _ text: Span<UInt8>, at position: Int
    ) -> (kind: CharacterKind, length: Int) {
        let (found, length) = CharacterClasses.standard.character(in: text, at: position)
        let kind: CharacterKind =
            switch found {
            case CharacterClass.letter: .letter
            case CharacterClass.number: .number
            case CharacterClass.space, CharacterClass.newline: .space
            default: .other
            }
        return (kind, length)
    }
}
