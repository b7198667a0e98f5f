/// A text by characters: each distinct byte is a token, in the order of bytes.
struct CharacterText {
    /// The bytes that occur, ascending; a token is the index of its byte.
    let characters: [UInt8]
    /// The first nine tenths of the tokens.
    let training: [UInt32]
    /// The last tenth.
    let validation: [UInt32]

    /// The first `size` bytes of `bytes`, of which there must be as many.
    init(_ bytes: [UInt8], size: Int) {
        precondition(bytes.count >= size, "the text has only \(bytes.count) bytes")
        let text = bytes.prefix(size)
        characters = Set(text).sorted()
        var tokens = [UInt32](repeating: 0, count: 256)
        for (token, byte) in characters.enumerated() { tokens[Int(byte)] = UInt32(token) }
        let all = text.map { tokens[Int($0)] }
        let split = size * 9 / 10
        training = Array(all[..<split])
        validation = Array(all[split...])
    }
}
