package import Identity
package import Storage

/// Public keys and digests as options take them.
package enum Parse {
    /// A base58 public key.
    package static func key(_ text: String, _ option: String) throws -> PublicKey {
        guard let key = PublicKey(base58: text) else {
            throw Failure(.usage, "\(option): expected a base58 public key, found '\(text)'")
        }
        return key
    }

    /// A SHA-256 digest in hexadecimal.
    package static func digest(_ text: String, _ option: String) throws -> Digest {
        guard let digest = Digest(hex: text) else {
            throw Failure(.usage, "\(option): expected 64 hexadecimal digits, found '\(text)'")
        }
        return digest
    }
}
