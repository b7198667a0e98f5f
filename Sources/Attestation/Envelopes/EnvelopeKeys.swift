package import Encodings
package import Identity
package import Storage

/// A private key that signs envelopes.
package enum EnvelopeSigningKey: Sendable {
    /// A key of our own kind, Ed25519.
    case identity(SigningKey)
    /// A key of the kind that most other programs want.
    case ellipticCurve(EllipticCurveSigningKey)

    /// The key in a file: one in PEM is on an elliptic curve, any other is Ed25519.
    package init(parsing file: [UInt8]) throws(MalformedInput) {
        if PEM.privateKeyBeginnings.contains(where: { file.starts(with: $0.utf8) }) {
            self = .ellipticCurve(try EllipticCurveSigningKey(pem: file))
        } else {
            self = .identity(try SigningKey(parsing: file))
        }
    }

    /// The public half.
    package var verificationKey: EnvelopeVerificationKey {
        switch self {
        case .identity(let key): .identity(key.publicKey)
        case .ellipticCurve(let key): .ellipticCurve(key.publicKey)
        }
    }

    /// A signature of `message`: 64 bytes with Ed25519, else DER.
    func sign(_ message: [UInt8]) -> [UInt8] {
        switch self {
        case .identity(let key): key.sign(message)
        case .ellipticCurve(let key): key.sign(message)
        }
    }
}

/// A public key that checks envelopes.
package enum EnvelopeVerificationKey: Sendable, Equatable, CustomStringConvertible {
    /// A key of our own kind, Ed25519.
    case identity(PublicKey)
    /// A key of the kind that most other programs have.
    case ellipticCurve(EllipticCurvePublicKey)

    /// The key in a PEM file of either kind.
    package init(pem file: [UInt8]) throws(MalformedInput) {
        if let key = PublicKey(pem: file) {
            self = .identity(key)
        } else {
            self = .ellipticCurve(try EllipticCurvePublicKey(pem: file))
        }
    }

    /// SHA-256 of the PEM file, by which bundles name the key.
    package var fingerprint: Digest {
        let pem =
            switch self {
            case .identity(let key): key.pem
            case .ellipticCurve(let key): key.pem
            }
        return Digest(hashing: [UInt8](pem.utf8))
    }

    /// An Ed25519 key in base58, any other by its fingerprint.
    package var description: String {
        switch self {
        case .identity(let key): key.base58
        case .ellipticCurve: "the key with the fingerprint \(fingerprint)"
        }
    }

    /// Whether `signature` is this key's signature of `message`; Ed25519 by the strict rule.
    package func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        switch self {
        case .identity(let key): key.isValid(signature: signature, for: message)
        case .ellipticCurve(let key): key.isValid(signature: signature, for: message)
        }
    }
}
