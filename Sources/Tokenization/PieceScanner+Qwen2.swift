extension PieceScanner {
    /// The end of the piece that begins at `start` under the pattern of Qwen2.
    func qwen2Piece(in text: Span<UInt8>, from start: Int) -> Int {
        let (found, length) = classes.character(in: text, at: start)
        if found == CharacterClass.number { return start + length }
        // No piece of Llama 3's that begins otherwise has a number in it.
        return llama3Piece(in: text, from: start)
    }
}
