import Encodings
import Solana
import Testing

@Suite("Instructions")
struct ProgramTests {
    private let one = Sample.wallet(1)
    private let two = Sample.wallet(2)

    private func expect(
        _ instruction: Instruction, _ data: String, _ uses: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(Hex.encode(instruction.data) == data, sourceLocation: sourceLocation)
        let found = instruction.accounts.map { use in
            (use.isWritable ? "w" : "r") + (use.isSigner ? "s" : "")
        }
        #expect(found.joined(separator: " ") == uses, sourceLocation: sourceLocation)
    }

    @Test("of the system program")
    func system() throws {
        let (a, b) = (Hex.encode(one.bytes), Hex.encode(two.bytes))
        expect(
            SystemProgram.transfer(from: one, to: two, lamports: 258), "020000000201000000000000",
            "ws w")
        expect(
            SystemProgram.createAccount(two, space: 80, owner: SystemProgram.id, payer: one),
            "00000000" + "0017160000000000" + "5000000000000000"
                + String(repeating: "00", count: 32),
            "ws ws")
        let seed = NonceAccounts.seed(7, base: one)
        #expect(seed.text == "nous-nonce-7")
        expect(
            SystemProgram.createAccount(seed: seed, space: 80, payer: one),
            "03000000" + a + "0c00000000000000" + Hex.encode(Array("nous-nonce-7".utf8))
                + "0017160000000000" + "5000000000000000" + String(repeating: "00", count: 32),
            "ws w")
        expect(
            SystemProgram.createAccount(seed: seed, space: 80, payer: two),
            Hex.encode(SystemProgram.createAccount(seed: seed, space: 80, payer: one).data),
            "ws w rs")
        let nonce = DurableNonce(account: one, authority: two, value: Sample.blockhash)
        expect(nonce.advance, "04000000", "w r rs")
        expect(DurableNonce.initialize(one, authority: two), "06000000" + b, "w r r")
    }

    @Test("rent is that of the chain")
    func rent() {
        #expect(Rent.exemption(space: TokenProgram.mintSize) == 1_461_600)
        #expect(Rent.exemption(space: TokenProgram.accountSize) == 2_039_280)
        #expect(Rent.exemption(space: DurableNonce.accountSize) == 1_447_680)
    }

    @Test("of the token program")
    func token() throws {
        let single = try TokenAuthority(one)
        let double = try TokenAuthority(one, signers: [two, Sample.wallet(3)])
        expect(
            TokenProgram.transferChecked(1_000, of: Sample.mint, from: one, to: two, by: single),
            "0ce80300000000000009", "w r w rs")
        expect(
            TokenProgram.transferChecked(1_000, of: Sample.mint, from: one, to: two, by: double),
            "0ce80300000000000009", "w r w r rs rs")
        expect(
            TokenProgram.mintToChecked(1, of: Sample.mint, to: one, by: single),
            "0e010000000000000009", "w w rs")
        expect(
            TokenProgram.initialize(Sample.mint, authority: two),
            "1409" + Hex.encode(two.bytes) + "00", "w")
        expect(
            TokenProgram.initializeMultisig(one, quorum: 2, signers: [one, two]), "1302", "w r r")
        expect(
            AssociatedTokenProgram.createIdempotent(
                owner: two, at: Sample.mint.account(of: two), mint: Sample.mint, payer: one),
            "01", "ws w r r r r")
        expectRefusal("at most 11 distinct signers") {
            _ = try TokenAuthority(one, signers: (1...12).map { Sample.wallet($0) })
        }
        expectRefusal("at most 11 distinct signers") {
            _ = try TokenAuthority(one, signers: [two, two])
        }
    }

    @Test("of memo, compute budget and lookup tables")
    func others() throws {
        expect(try MemoProgram.memo("é\n", signers: [one]), "c3a90a", "rs")
        expectRefusal("at most 566 bytes, this one has 567") {
            _ = try MemoProgram.memo(String(repeating: "x", count: 567))
        }
        expect(ComputeBudgetProgram.setLimit(1_400_000), "02c05c1500", "")
        expect(ComputeBudgetProgram.setPrice(258), "030201000000000000", "")
        let (table, bump) = LookupTableProgram.address(authority: one, slot: 5)
        expect(
            LookupTableProgram.create(authority: one, payer: two, slot: 5),
            "00000000" + "0500000000000000" + Hex.encode([bump]), "w r ws r")
        expect(
            LookupTableProgram.extend(table, with: [one, two], authority: one, payer: one),
            "02000000" + "0200000000000000" + Hex.encode(one.bytes + two.bytes), "w rs ws r")
    }

    @Test("a nonce account is read from its data")
    func nonce() throws {
        let data =
            [1, 0, 0, 0, 1, 0, 0, 0] + two.bytes + Sample.blockhash.bytes
            + LittleEndian.bytes(of: 5_000)
        let nonce = try DurableNonce(account: one, data: data)
        #expect(nonce == DurableNonce(account: one, authority: two, value: Sample.blockhash))
        #expect(try DurableNonce(nonce.json) == nonce)
        expectRefusal("found 79") { _ = try DurableNonce(account: one, data: data.dropLast()) }
        expectRefusal("no nonce account in use") {
            _ = try DurableNonce(account: one, data: [1, 0, 0, 0, 0, 0, 0, 0] + data[8...])
        }
    }

    @Test("the fee is charged for what is asked for")
    func fee() throws {
        func fee(_ instructions: [Instruction]) throws -> UInt128 {
            try Message(.v0, payer: one, instructions, blockhash: Sample.blockhash).fee
        }
        let memo = try MemoProgram.memo("x", signers: [two])
        #expect(try fee([]) == 5_000)
        #expect(try fee([memo]) == 10_000)
        let (limit, price) = (ComputeBudgetProgram.setLimit, ComputeBudgetProgram.setPrice)
        #expect(try fee([limit(3), price(500_000), memo]) == 10_002)
        #expect(try fee([price(1_000_000), memo, memo]) == 410_000)
        #expect(try fee([limit(.max), price(.max)]) == 5_000 + UInt128(UInt64.max) * 7 / 5)
    }

    @Test("are shown by name")
    func names() throws {
        var terms = try Sample.terms(.nonces(Sample.nonces(1)))
        terms.createsAccounts = true
        terms.price = PayoutTerms.Price(microLamports: 1)
        terms.memo = Sample.memo
        let plan = try PayoutPlan(try Sample.list(1), terms)
        let record = try TransactionRecord(plan.batches[0].transaction)
        #expect(
            record.titles == [
                "system advance-nonce", "compute-budget set-limit", "compute-budget set-price",
                "memo memo", "associated-token create-idempotent", "token transfer-checked",
            ])
    }
}
