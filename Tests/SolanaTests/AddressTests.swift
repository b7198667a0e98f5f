import Encodings
import Identity
import Solana
import TestFiles
import Testing

@Suite("Addresses")
struct AddressTests {
    @Test("points of the curve are told from other bytes as Solana does")
    func curve() throws {
        let cases = try VectorFile.cases("solana/curve.txt")
        #expect(cases.count >= 200)
        for known in cases {
            let bytes = try #require(known["bytes"].flatMap(Hex.decode))
            #expect(
                EdwardsCurve.contains(bytes) == (known["verdict"] == "on"),
                "\(known["bytes"] ?? "")")
        }
    }

    @Test("every key is a point, and about half of all bytes are none")
    func share() {
        var source = RandomSource(seed: 5)
        for _ in 0..<100 {
            let key = SigningKey(seed: source.bytes(32)).publicKey
            #expect(EdwardsCurve.contains(key.bytes))
        }
        let points = (0..<2_000).count { _ in EdwardsCurve.contains(source.bytes(32)) }
        #expect((900...1_100).contains(points))
    }

    @Test("the sign of x does not matter")
    func sign() {
        var source = RandomSource(seed: 6)
        for _ in 0..<200 {
            var bytes = source.bytes(32)
            let verdict = EdwardsCurve.contains(bytes)
            bytes[31] ^= 0x80
            #expect(EdwardsCurve.contains(bytes) == verdict)
        }
    }

    @Test("associated token accounts and other derived addresses are the known ones")
    func derived() throws {
        let owner = Sample.wallet(1)
        let mint = Sample.wallet(2)
        #expect(owner.base58 == "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9")
        #expect(mint.base58 == "9hSR6S7WPtxmTojgo6GG3k4yDPecgJY292j7xrsUGWBu")
        let account = AssociatedTokenAccount.address(owner: owner, mint: mint)
        #expect(account.base58 == "A2XhaCzf7YeQdxcYQvhHufAHnS6Ae8e9UWXMfawxrZHW")
        #expect(!EdwardsCurve.contains(account.bytes))
        let found = try ProgramAddress.find(
            [owner.bytes, TokenProgram.id.bytes, mint.bytes], program: AssociatedTokenProgram.id)
        #expect(found.address == account)
        #expect(found.bump == 255)
        let cases = try VectorFile.cases("solana/addresses.txt")
        #expect(cases.count >= 50)
        for known in cases {
            let seeds = (known["seeds"] ?? "").split(separator: " ").map { text in
                text == "-" ? [] : Hex.decode(String(text)) ?? []
            }
            let program = try #require(known["program"].flatMap(Address.init(base58:)))
            let found = try ProgramAddress.find(seeds, program: program)
            #expect(found.address.base58 == known["address"])
            #expect("\(found.bump)" == known["bump"])
        }
    }

    @Test("too many or too long seeds are refused")
    func seeds() {
        expectRefusal("fewer than 16 seeds") {
            _ = try ProgramAddress.find(
                [[UInt8]](repeating: [1], count: 16), program: TokenProgram.id)
        }
        expectRefusal("at most 32 bytes") {
            _ = try ProgramAddress.find(
                [[UInt8](repeating: 1, count: 33)], program: TokenProgram.id)
        }
        expectRefusal("a seed has at most 32 bytes") {
            _ = try AccountSeed(
                base: Sample.payer, text: String(repeating: "x", count: 33),
                owner: SystemProgram.id)
        }
    }

    @Test("an address is 32 bytes in base58")
    func text() {
        #expect(Address(base58: SystemProgram.id.base58)?.bytes == [UInt8](repeating: 0, count: 32))
        #expect(SystemProgram.id.base58 == String(repeating: "1", count: 32))
        for text in [
            "", "1", String(repeating: "1", count: 31), String(repeating: "1", count: 33),
            Sample.payer.base58 + "1", "0" + Sample.payer.base58.dropFirst(),
        ] {
            #expect(Address(base58: text) == nil, "\(text)")
        }
    }
}
