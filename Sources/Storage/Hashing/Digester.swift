import Crypto

/// Computes a SHA-256 digest of bytes that arrive in parts.
package struct Digester {
    private var hash = SHA256()

    /// A digester that has seen no bytes.
    package init() {}

    /// Takes in `bytes`.
    package mutating func update(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
    }

    /// Takes in `bytes`.
    package mutating func update(_ bytes: ArraySlice<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
    }

    /// Takes in the memory of `bytes`.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        unsafe hash.update(bufferPointer: bytes)
    }

    /// The digest of all bytes so far.
    package func finalize() -> Digest {
        Digest(computed: [UInt8](hash.finalize()))
    }
}
