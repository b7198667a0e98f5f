/// Lists of words that grow at the front: all in two arrays, so that a new one costs nothing.
struct WordLists {
    /// The end of a list, and the empty list.
    static let end = UInt32.max

    private var words: [UInt32] = []
    private var following: [UInt32] = []

    /// The list that begins with `word` and goes on with `list`.
    mutating func list(_ word: UInt32, before list: UInt32) -> UInt32 {
        words.append(word)
        following.append(list)
        return UInt32(words.count - 1)
    }

    /// The first word of a list that is not empty.
    func first(_ list: UInt32) -> UInt32 { words[Int(list)] }

    /// What follows the first word.
    func rest(_ list: UInt32) -> UInt32 { following[Int(list)] }
}
