extension [JSONMember] {
    /// The first key that occurs a second time, compared by UTF-8 bytes.
    var firstDuplicateKey: String? {
        if count <= 8 {
            return indices.lazy.filter { index in
                self[..<index].contains { $0.key.hasSameBytes(as: self[index].key) }
            }.first.map { self[$0].key }
        }
        var seen = Set<KeyBytes>(minimumCapacity: count)
        return first { !seen.insert(KeyBytes(bytes: [UInt8]($0.key.utf8))).inserted }?.key
    }
}

/// A key that equals another when the bytes do; it is hashed eight bytes at a time.
private struct KeyBytes: Hashable {
    let bytes: [UInt8]

    func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.count)
        for start in stride(from: 0, to: bytes.count, by: 8) {
            let word = bytes[start..<Swift.min(start + 8, bytes.count)]
            hasher.combine(word.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        }
    }
}
