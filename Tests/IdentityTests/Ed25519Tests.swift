import Encodings
import Identity
import TestFiles
import Testing

@Suite("Ed25519")
struct Ed25519Tests {
    private func bytes(_ hex: String?) throws -> [UInt8] {
        try #require(hex.flatMap(Hex.decode))
    }

    @Test("signatures are those of RFC 8032, every time")
    func knownAnswers() throws {
        let cases = try VectorFile.cases("identity/rfc8032.txt")
        #expect(cases.count == 4)
        for known in cases {
            let key = SigningKey(seed: try bytes(known["seed"]))
            let message = try bytes(known["message"])
            #expect(Hex.encode(key.publicKey.bytes) == known["key"])
            #expect(Hex.encode(key.sign(message)) == known["signature"])
            #expect(Hex.encode(key.sign(message)) == known["signature"])
            #expect(key.publicKey.isValid(signature: key.sign(message), for: message))
        }
    }

    @Test("the strict rule accepts and refuses what it should")
    func strictRule() throws {
        let cases = try VectorFile.cases("identity/ed25519-strict.txt")
        #expect(cases.count == 39)
        for known in cases {
            let key = try #require(PublicKey(try bytes(known["key"])))
            let isValid = key.isValid(
                signature: try bytes(known["signature"]), for: try bytes(known["message"]))
            #expect(isValid == (known["verdict"] == "accept"), "\(known["why"] ?? "")")
        }
    }

    @Test("a signature of another length is refused")
    func lengths() {
        let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let signature = key.sign([])
        for count in 0..<64 {
            #expect(!key.publicKey.isValid(signature: Array(signature[..<count]), for: []))
        }
        #expect(!key.publicKey.isValid(signature: signature + [0], for: []))
    }

    @Test("every changed bit of a signature is refused")
    func mutations() {
        let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
        let signature = key.sign([1, 2, 3])
        for bit in 0..<512 {
            var changed = signature
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.publicKey.isValid(signature: changed, for: [1, 2, 3]))
        }
    }

    @Test("keys are shown and read in base58")
    func base58() throws {
        // The system program of Solana, and 32 bytes of which only the last is not zero.
        let zero = try #require(PublicKey(base58: "11111111111111111111111111111111"))
        #expect(zero.bytes == [UInt8](repeating: 0, count: 32))
        let key = SigningKey(seed: [UInt8](repeating: 1, count: 32)).publicKey
        #expect(key.base58 == "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9")
        #expect(PublicKey(base58: key.base58) == key)
        for text in ["", "1", key.base58 + "1", "1" + key.base58, String(key.base58.dropLast(3))] {
            #expect(PublicKey(base58: text) == nil)
        }
    }
}
