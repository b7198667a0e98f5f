import Crypto
package import Encodings

/// A public key of ECDSA (FIPS 186-5) on one of the curves P-256, P-384 and P-521.
///
/// It is for signatures that other programs must be able to check; our own records are signed
/// with Ed25519 alone. The message is hashed with SHA-256, SHA-384 or SHA-512, by curve.
package struct EllipticCurvePublicKey: Sendable {
    /// The largest key file that is read.
    package static let maximumFileSize = 16_384

    private enum Form: Sendable {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)

        init(_ pem: String, on curve: EllipticCurve) throws {
            switch curve {
            case .p256: self = .p256(try P256.Signing.PublicKey(pemRepresentation: pem))
            case .p384: self = .p384(try P384.Signing.PublicKey(pemRepresentation: pem))
            case .p521: self = .p521(try P521.Signing.PublicKey(pemRepresentation: pem))
            }
        }
    }

    private let form: Form

    init(_ key: P256.Signing.PublicKey) { form = .p256(key) }

    init(_ key: P384.Signing.PublicKey) { form = .p384(key) }

    init(_ key: P521.Signing.PublicKey) { form = .p521(key) }

    /// The key in a file of SubjectPublicKeyInfo in PEM, as `openssl pkey -pubout` writes it.
    package init(pem file: [UInt8]) throws(MalformedInput) {
        guard file.count <= Self.maximumFileSize else {
            throw MalformedInput(
                "expected a key file of at most \(Self.maximumFileSize) bytes,"
                    + " found \(file.count)")
        }
        guard let key = PEM.ellipticCurveKey(file),
            let form = try? Form(key.text, on: key.curve)
        else {
            throw MalformedInput(
                "expected a public key on P-256, P-384 or P-521 in PEM, found something else")
        }
        self.form = form
    }

    /// The key as `openssl pkey -pubout` writes it.
    package var pem: String {
        switch form {
        case .p256(let key): key.pemRepresentation + "\n"
        case .p384(let key): key.pemRepresentation + "\n"
        case .p521(let key): key.pemRepresentation + "\n"
        }
    }

    /// Whether `signature`, in DER, is this key's signature of `message`.
    package func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        switch form {
        case .p256(let key):
            (try? P256.Signing.ECDSASignature(derRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .p384(let key):
            (try? P384.Signing.ECDSASignature(derRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        case .p521(let key):
            (try? P521.Signing.ECDSASignature(derRepresentation: signature))
                .map { key.isValidSignature($0, for: message) } ?? false
        }
    }
}

extension EllipticCurvePublicKey: Equatable {
    /// Whether both are the same key on the same curve.
    package static func == (left: EllipticCurvePublicKey, right: EllipticCurvePublicKey) -> Bool {
        left.pem == right.pem
    }
}
