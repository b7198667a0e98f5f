import Crypto
package import Encodings

/// A private key of ECDSA (FIPS 186-5) on one of the curves P-256, P-384 and P-521.
///
/// Unlike with Ed25519, signing the same message twice gives two signatures.
package struct EllipticCurveSigningKey: Sendable {
    private enum Form: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)

        init(_ pem: String, on curve: EllipticCurve) throws {
            switch curve {
            case .p256: self = .p256(try P256.Signing.PrivateKey(pemRepresentation: pem))
            case .p384: self = .p384(try P384.Signing.PrivateKey(pemRepresentation: pem))
            case .p521: self = .p521(try P521.Signing.PrivateKey(pemRepresentation: pem))
            }
        }

        var publicKey: EllipticCurvePublicKey {
            switch self {
            case .p256(let key): EllipticCurvePublicKey(key.publicKey)
            case .p384(let key): EllipticCurvePublicKey(key.publicKey)
            case .p521(let key): EllipticCurvePublicKey(key.publicKey)
            }
        }
    }

    private let form: Form

    /// The public half.
    package let publicKey: EllipticCurvePublicKey

    /// The key in an unencrypted PEM file, PKCS#8 or SEC 1, as `openssl genpkey` writes it.
    package init(pem file: [UInt8]) throws(MalformedInput) {
        guard let key = PEM.ellipticCurveKey(file),
            let form = try? Form(key.text, on: key.curve)
        else {
            throw MalformedInput(
                "expected an unencrypted private key on P-256, P-384 or P-521 in PEM,"
                    + " found something else")
        }
        self.form = form
        publicKey = form.publicKey
    }

    /// A signature of `message` in DER.
    package func sign(_ message: [UInt8]) -> [UInt8] {
        let signature: [UInt8]? =
            switch form {
            case .p256(let key):
                (try? key.signature(for: message)).map { [UInt8]($0.derRepresentation) }
            case .p384(let key):
                (try? key.signature(for: message)).map { [UInt8]($0.derRepresentation) }
            case .p521(let key):
                (try? key.signature(for: message)).map { [UInt8]($0.derRepresentation) }
            }
        guard let signature else { preconditionFailure("ECDSA signs every message") }
        return signature
    }
}

extension EllipticCurveSigningKey: CustomReflectable {
    /// A mirror without the secret half, for debuggers and test failures.
    package var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey]) }
}
