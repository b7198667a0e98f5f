import Encodings
import Identity
import TestFiles
import Testing

/// The accept set of docs/formats/identity.md over edge cases that others published.
@Suite("published Ed25519 cases")
struct PublishedSignatureTests {
    /// The lines of a file of cases, each in words.
    private func lines(_ name: String) throws -> [[String]] {
        String(decoding: try VectorFile.bytes("identity/\(name)"), as: UTF8.self)
            .split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: " ").map(String.init) }
    }

    private func bytes(_ hex: String) throws -> [UInt8] {
        hex == "-" ? [] : try #require(Hex.decode(hex))
    }

    private func accepts(
        _ key: [UInt8], _ signature: [UInt8], _ message: [UInt8]
    ) throws -> Bool {
        try #require(PublicKey(key)).isValid(signature: signature, for: message)
    }

    @Test("of the 914 cases of CCTV the 43 that are listed are accepted")
    func cctv() throws {
        let lines = try lines("ed25519-cctv.txt")
        let keys = lines.filter { $0[0] == "key" }.map { $0[1] }
        let signatures = lines.filter { $0[0] == "signature" }.map { $0[1] }
        let cases = lines.filter { $0[0] == "case" }
        #expect(cases.count == 914)
        var accepted = 0
        for known in cases {
            let isAccepted = try accepts(
                bytes(keys[#require(Int(known[3]))]), bytes(signatures[#require(Int(known[4]))]),
                [UInt8](known[5].replacing("_", with: " ").utf8))
            #expect(isAccepted == (known[2] == "accept"), "case \(known[1])")
            if isAccepted { accepted += 1 }
        }
        #expect(accepted == 43)
    }

    @Test("CCTV's own words for the cases give the same list")
    func flags() throws {
        let refused: Set = [
            "low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R",
            "low_order_residue", "reencoded_k",
        ]
        for known in try lines("ed25519-cctv.txt") where known[0] == "case" {
            #expect(refused.isDisjoint(with: known[6...]) == (known[2] == "accept"), "\(known[1])")
        }
    }

    @Test("of the 151 cases of Wycheproof the 88 that are valid are accepted")
    func wycheproof() throws {
        let cases = try lines("ed25519-wycheproof.txt")
        #expect(cases.count == 151)
        #expect(cases.count { $0[1] == "accept" } == 88)
        for known in cases {
            let isAccepted = try accepts(bytes(known[2]), bytes(known[3]), bytes(known[4]))
            #expect(isAccepted == (known[1] == "accept"), "case \(known[0])")
        }
    }
}
