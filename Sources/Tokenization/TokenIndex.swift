/// Tokens of a vocabulary by their bytes: a hash table with open addressing.
struct TokenIndex: Sendable {
    private let vocabulary: Vocabulary
    private var slots: [UInt32]
    private var longest = 0
    // A fresh seed keeps a crafted vocabulary from filling one chain.
    private let seed = UInt64.random(in: .min ... .max)

    /// An index of tokens of `vocabulary` by their bytes.
    init(_ ids: [ArraySlice<UInt8>: UInt32], of vocabulary: Vocabulary) {
        self.vocabulary = vocabulary
        var size = 16
        while size < 2 * ids.count { size *= 2 }
        slots = [UInt32](repeating: .max, count: size)
        for token in ids.values {
            let bytes = vocabulary.bytes(of: token)
            longest = max(longest, bytes.count)
            slots[slot(of: bytes.span)] = token
        }
    }

    /// The token with these bytes.
    func token(_ bytes: Span<UInt8>) -> UInt32? {
        guard bytes.count <= longest else { return nil }
        let token = slots[slot(of: bytes)]
        return token == .max ? nil : token
    }

    /// The slot of the token with these bytes, or the empty one where it would be.
    private func slot(of bytes: Span<UInt8>) -> Int {
        let mask = slots.count - 1
        var slot = hash(bytes) & mask
        while slots[slot] != .max, !isEqual(vocabulary.bytes(of: slots[slot]), bytes) {
            slot = (slot + 1) & mask
        }
        return slot
    }

    private func isEqual(_ token: ArraySlice<UInt8>, _ bytes: Span<UInt8>) -> Bool {
        guard token.count == bytes.count else { return false }
        let token = token.span
        for index in bytes.indices where token[index] != bytes[index] { return false }
        return true
    }

    private func hash(_ bytes: Span<UInt8>) -> Int {
        var hash = seed
        for index in bytes.indices {
            hash = (hash ^ UInt64(bytes[index])) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
        }
        return Int(truncatingIfNeeded: hash >> 20)
    }
}
