import Encodings
import Identity
import TestFiles
import Testing

@Suite("elliptic-curve keys")
struct EllipticCurveKeyTests {
    private func file(_ name: String) throws -> [UInt8] {
        try VectorFile.bytes("identity/\(name)")
    }

    private let message = [UInt8]("message".utf8)

    private static let names = ["p256", "p384", "p521"]

    @Test("a key of OpenSSL signs what its public half accepts", arguments: names)
    func pairs(name: String) throws {
        let key = try EllipticCurveSigningKey(pem: file("\(name).pem"))
        let publicKey = try EllipticCurvePublicKey(pem: file("\(name).pub"))
        #expect(key.publicKey == publicKey)
        #expect(try [UInt8](publicKey.pem.utf8) == file("\(name).pub"))
        let signature = key.sign(message)
        #expect(publicKey.isValid(signature: signature, for: message))
        #expect(!publicKey.isValid(signature: signature, for: message + [0]))
        #expect(!publicKey.isValid(signature: signature + [0], for: message))
        #expect(!publicKey.isValid(signature: signature.dropLast(), for: message))
    }

    @Test("signatures of OpenSSL are accepted by their key alone", arguments: names)
    func signatures(name: String) throws {
        let signature = try file("\(name).sig")
        for other in Self.names {
            let key = try EllipticCurvePublicKey(pem: file("\(other).pub"))
            #expect(key.isValid(signature: signature, for: message) == (name == other))
        }
    }

    @Test("both forms of a private key are the same key")
    func forms() throws {
        let key = try EllipticCurveSigningKey(pem: file("p256.pem"))
        #expect(try EllipticCurveSigningKey(pem: file("p256-sec1.pem")).publicKey == key.publicKey)
    }

    @Test(
        "another curve, an encrypted key and the other half are refused",
        arguments: [
            "secp256k1.pem", "secp256k1.pub", "p256-encrypted.pem", "p256.pub", "openssh-ed25519",
        ])
    func refusals(name: String) throws {
        let file = try file(name)
        #expect(
            throws: MalformedInput(
                "expected an unencrypted private key on P-256, P-384 or P-521 in PEM,"
                    + " found something else")
        ) { try EllipticCurveSigningKey(pem: file) }
        if name != "p256.pub" {
            #expect(
                throws: MalformedInput(
                    "expected a public key on P-256, P-384 or P-521 in PEM, found something else")
            ) { try EllipticCurvePublicKey(pem: file) }
        }
    }

    @Test("a private key does not show its secret half")
    func secrets() throws {
        let key = try EllipticCurveSigningKey(pem: file("p256.pem"))
        var shown = ""
        dump(key, to: &shown)
        #expect(!shown.contains("PrivateKey"))
    }

    @Test("an Ed25519 key has the PEM file of OpenSSL")
    func ed25519() throws {
        let key = SigningKey(seed: [UInt8](repeating: 1, count: 32)).publicKey
        let file = try file("ed25519.pub")
        #expect([UInt8](key.pem.utf8) == file)
        #expect(PublicKey(pem: file) == key)
        #expect(PublicKey(pem: file.dropLast(28)) == nil)
        #expect(try PublicKey(pem: self.file("p256.pub")) == nil)
    }
}
