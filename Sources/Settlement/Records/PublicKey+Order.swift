package import Identity

extension PublicKey {
    /// Whether the 32 bytes of `left` come before those of `right`: the order of all lists of keys.
    package static func < (left: PublicKey, right: PublicKey) -> Bool {
        left.bytes.lexicographicallyPrecedes(right.bytes)
    }
}
