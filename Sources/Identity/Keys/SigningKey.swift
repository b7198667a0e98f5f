import Crypto
package import Encodings
package import Storage

/// An Ed25519 private key.
package struct SigningKey: Sendable {
    /// The number of bytes in a seed.
    package static let seedLength = 32

    /// The largest key file that is read.
    package static let maximumFileSize = 16_384

    /// The 32 secret bytes that determine the key.
    private let seed: [UInt8]

    private let key: Curve25519.Signing.PrivateKey

    /// The public half.
    package let publicKey: PublicKey

    /// The key that 32 secret bytes determine.
    package init(seed: [UInt8]) {
        guard seed.count == Self.seedLength,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
            let publicKey = PublicKey([UInt8](key.publicKey.rawRepresentation))
        else { preconditionFailure("a seed has 32 bytes") }
        self.seed = seed
        self.key = key
        self.publicKey = publicKey
    }

    /// A new key from the system's source of randomness.
    package static func generate() -> SigningKey {
        var generator = SystemRandomNumberGenerator()
        return SigningKey(
            seed: (0..<seedLength).map { _ in .random(in: 0...255, using: &generator) })
    }

    /// The key in a file by `solana-keygen`, or in an unencrypted one by `ssh-keygen -t ed25519`.
    package init(parsing file: [UInt8]) throws(MalformedInput) {
        guard file.count <= Self.maximumFileSize else {
            throw MalformedInput(
                "expected a key file of at most \(Self.maximumFileSize) bytes,"
                    + " found \(file.count)")
        }
        if file.starts(with: OpenSSHKeyFile.beginning) {
            try self.init(pair: OpenSSHKeyFile.keyPair(in: file))
        } else {
            try self.init(pair: SolanaKeyFile.keyPair(in: file))
        }
    }

    /// The key of 64 bytes, seed and public half, which must belong together.
    private init(pair: [UInt8]) throws(MalformedInput) {
        self.init(seed: [UInt8](pair[..<Self.seedLength]))
        guard publicKey.bytes.elementsEqual(pair[Self.seedLength...]) else {
            throw MalformedInput(
                "expected the public half to be \(publicKey), found another key")
        }
    }

    /// The 64 bytes of the signature of `message`, always the same ones (RFC 8032).
    package func sign(_ message: [UInt8]) -> [UInt8] {
        guard let signature = try? key.signature(for: message) else {
            preconditionFailure("Ed25519 signs every message")
        }
        return [UInt8](signature)
    }

    /// A secret of the holder of the key alone, another for every purpose: SHA-256 of the purpose,
    /// the seed and the subject.
    package func secret(for purpose: String, of subject: Storage.Digest) -> Storage.Digest {
        Storage.Digest(hashing: Array(purpose.utf8) + seed + subject.bytes)
    }

    /// The file that `solana-keygen` would write: seed and public half as an array of integers.
    package var solanaJSON: [UInt8] {
        JSON.array((seed + publicKey.bytes).map { .integer(Int64($0)) }).orderedBytes()
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    /// The public half; the secret one is never shown.
    package var description: String { "private key of \(publicKey)" }

    /// A mirror without the secret half, for debuggers and test failures.
    package var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey]) }
}

/// The key file of `solana-keygen`: a JSON array of the 64 bytes of seed and public half.
enum SolanaKeyFile {
    /// The 64 bytes in `file`.
    static func keyPair(in file: [UInt8]) throws(MalformedInput) -> [UInt8] {
        let expected = "an array of 64 integers from 0 to 255, or an OpenSSH private key"
        let elements = try JSON(parsing: file).array
        guard let elements, elements.count == 64 else {
            throw MalformedInput("expected \(expected), found something else")
        }
        let bytes = elements.compactMap { element in
            element.integer.flatMap { UInt8(exactly: $0) }
        }
        guard bytes.count == 64 else {
            throw MalformedInput("expected \(expected), found another element")
        }
        return bytes
    }
}
