import Crypto
import Encodings

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

    /// Takes in the 32 bytes of `digest`.
    package mutating func update(_ digest: Digest) {
        unsafe digest.withBytes { unsafe hash.update(bufferPointer: $0) }
    }

    /// The digest of all bytes so far.
    package func finalize() -> Digest {
        unsafe hash.finalize().withUnsafeBytes { Digest(computed: unsafe Bytes32(copying: $0)) }
    }
}
