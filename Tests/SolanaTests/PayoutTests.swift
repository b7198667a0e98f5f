import Encodings
import Solana
import Storage
import TestFiles
import Testing

extension Sample {
    static let memo = PayoutMemo(
        run: Digest(hashing: [1]), round: 3, root: Digest(hashing: [2]))
}

@Suite("Payouts")
struct PayoutTests {
    /// What a transaction has beside the payments.
    enum Extras: CaseIterable { case none, price, priceAndMemo }

    private func terms(
        _ extras: Extras, creating: Bool, _ version: Message.Version = .legacy,
        lifetime: PayoutTerms.Lifetime = .blockhash(Sample.blockhash)
    ) throws -> PayoutTerms {
        var terms = try Sample.terms(lifetime)
        terms.version = version
        terms.createsAccounts = creating
        terms.price = extras == .none ? nil : PayoutTerms.Price(microLamports: 1_000)
        terms.memo = extras == .priceAndMemo ? Sample.memo : nil
        return terms
    }

    /// A table of everything but, unless asked for, the system program.
    private func table(_ terms: PayoutTerms, _ count: Int, system: Bool) throws -> LookupTable {
        let shared = [terms.mint.address, terms.source] + (system ? [SystemProgram.id] : [])
        let recipients = try Sample.list(count).entries.flatMap { entry in
            [terms.mint.account(of: entry.recipient), entry.recipient]
        }
        return try LookupTable(Sample.wallet(9), listing: shared + recipients)
    }

    @Test(
        "as many fit as the sizes allow",
        arguments: [
            (Extras.none, false, 20, 20, 57), (.price, false, 19, 19, 54),
            (.priceAndMemo, false, 17, 17, 49), (.none, true, 10, 10, 33),
            (.price, true, 9, 9, 31), (.priceAndMemo, true, 8, 8, 28),
        ])
    func packing(extras: Extras, creating: Bool, legacy: Int, v0: Int, table: Int) throws {
        #expect(try most(try terms(extras, creating: creating)) == legacy)
        var newer = try terms(extras, creating: creating, .v0)
        #expect(try most(newer) == v0)
        (newer.limits.accounts, newer.limits.steps) = (256, 256)
        newer.tables = [try self.table(newer, 100, system: false)]
        #expect(try most(newer) == table)
        // The system program, which is no program of the transaction, can be listed as well.
        guard creating else { return }
        newer.tables = [try self.table(newer, 100, system: true)]
        #expect(try most(newer) == table + 1)
    }

    @Test("validators do not execute as much as bytes could say")
    func limits() throws {
        var terms = try terms(.none, creating: true, .v0)
        terms.tables = [try table(terms, 100, system: true)]
        // Six steps each: making an account takes four calls more.
        #expect(try most(terms) == 10)
        terms.limits.steps = 256
        #expect(try most(terms) == 29)
        let batch = try PayoutPlan(try Sample.list(100), terms).batches[0]
        #expect(batch.transaction.message.accountCount == 64)
        terms.limits.payments = 3
        #expect(try most(terms) == 3)
        terms.limits.payments = 0
        expectRefusal("would have 1 payments, and may have 0") { _ = try most(terms) }
    }

    private func most(_ terms: PayoutTerms) throws -> Int? {
        try PayoutPlan(try Sample.list(100), terms).batches.map(\.payments.count).max()
    }

    @Test(
        "fewer fit with a durable nonce",
        arguments: [
            (Extras.none, false, 18), (.priceAndMemo, false, 15), (.none, true, 9),
            (.priceAndMemo, true, 8),
        ])
    func packingWithNonce(extras: Extras, creating: Bool, most: Int) throws {
        let terms = try terms(
            extras, creating: creating, lifetime: .nonces(Sample.nonces(20)))
        let batches = try PayoutPlan(try Sample.list(100), terms).batches
        #expect(batches.map(\.payments.count).max() == most)
        for (batch, nonce) in zip(batches, Sample.nonces(20)) {
            #expect(batch.transaction.message.blockhash == nonce.value)
            #expect(batch.transaction.message.nonceAccount == nonce.account)
        }
    }

    @Test("no transaction could take one payment more", arguments: [1, 7, 49, 50, 230, 1_000])
    func fullness(count: Int) throws {
        for extras in Extras.allCases {
            let terms = try terms(extras, creating: count.isMultiple(of: 2))
            let batches = try PayoutPlan(try Sample.list(count), terms).batches
            #expect(batches.flatMap(\.payments).count == count)
            for batch in batches {
                #expect(batch.transaction.bytes.count <= Transaction.maximumSize)
                #expect(batch.number.count == batches.count)
            }
            // The last may be shorter, and the memo's number has room for the longest.
            let each = terms.createsAccounts ? 91 : 49
            for batch in batches.dropLast() {
                #expect(batch.transaction.bytes.count + each + 4 > Transaction.maximumSize)
            }
        }
    }

    @Test("the same list in any order, in parts or not, gives the same bytes", arguments: 0..<10)
    func order(seed: Int) throws {
        var source = RandomSource(seed: seed)
        let rows = Sample.rows(60)
        let terms = try terms(.priceAndMemo, creating: true, .v0)
        let expected = try PayoutPlan(try PayoutList(rows), terms).batches
        var parts = rows.flatMap { row -> [PayoutList.Entry] in
            let first = UInt64.random(in: 0...row.amount, using: &source)
            return [
                PayoutList.Entry(row.recipient, first),
                PayoutList.Entry(row.recipient, row.amount - first),
            ]
        }
        parts.shuffle(using: &source)
        #expect(try PayoutPlan(try PayoutList(parts), terms).batches == expected)
    }

    @Test("several tables serve the recipients that they list")
    func severalTables() throws {
        var terms = try terms(.none, creating: false, .v0)
        let list = try Sample.list(300)
        let plan = try LookupTablePlan(
            list, terms, authority: Sample.payer, slot: 100, blockhash: Sample.blockhash)
        #expect(plan.tables.count == 2)
        #expect(plan.tables.map(\.addresses.count) == [256, 48])
        for transaction in plan.transactions {
            #expect(transaction.bytes.count <= Transaction.maximumSize)
        }
        terms.tables = plan.tables
        let batches = try PayoutPlan(list, terms).batches
        #expect(batches.count == 6)
        for batch in batches {
            let record = try PayoutRecord(batch, tables: plan.tables)
            #expect(record.batch == batch)
            #expect((1...2).contains(batch.transaction.message.lookups.count))
        }
    }

    @Test("the memo names run, round, root and batch")
    func memo() throws {
        let terms = try terms(.priceAndMemo, creating: false)
        let plan = try PayoutPlan(try Sample.list(200), terms)
        #expect(plan.batches.count == 12)
        for batch in plan.batches {
            let record = try PayoutRecord(batch, tables: [])
            #expect(record.memo == "nous:4bf5122f344554c5:3:dbc1b4c900ffe48d:\(batch.number)")
        }
    }

    @Test("a multisig's signers all sign")
    func multisig() throws {
        let owner = Sample.wallet(5)
        var terms = try Sample.terms()
        terms.authority = try TokenAuthority(owner, signers: [Sample.wallet(3), Sample.wallet(4)])
        terms.source = Sample.mint.account(of: owner)
        let batch = try PayoutPlan(try Sample.list(3), terms).batches[0]
        #expect(
            Set(batch.transaction.missingSigners)
                == [Sample.payer, Sample.wallet(3), Sample.wallet(4)])
        #expect(!batch.transaction.message.signers.contains(owner))
    }

    @Test("what nobody should pay is refused")
    func refusals() throws {
        let list = try Sample.list(50)
        var terms = try Sample.terms(.nonces(Sample.nonces(2)))
        expectRefusal("expected 3 durable nonces, one for each transaction, found 2") {
            _ = try PayoutPlan(list, terms)
        }
        terms.lifetime = .nonces([])
        expectRefusal("expected durable nonces, found none") { _ = try PayoutPlan(list, terms) }
        terms.lifetime = .nonces(Sample.nonces(1) + Sample.nonces(1))
        expectRefusal("one is named twice") { _ = try PayoutPlan(list, terms) }
        terms = try Sample.terms()
        let account = Sample.mint.account(of: Sample.payer)
        let mistaken = try PayoutList([PayoutList.Entry(account, 1)])
        expectRefusal("is no wallet, and may be a token account") {
            _ = try PayoutPlan(mistaken, terms)
        }
        terms.allowsOffCurve = true
        #expect(try PayoutPlan(mistaken, terms).batches.count == 1)
        let own = try PayoutList([PayoutList.Entry(Sample.payer, 1)])
        expectRefusal("owns the account that pays") { _ = try PayoutPlan(own, terms) }
        terms.mint = Mint(Sample.mint.address, decimals: 9, program: MemoProgram.id)
        expectRefusal("is no token program") { _ = try PayoutPlan(list, terms) }
        terms = try Sample.terms()
        terms.price = PayoutTerms.Price(microLamports: 1, unitLimit: 1_400_001)
        expectRefusal("at most 1400000 compute units") { _ = try PayoutPlan(list, terms) }
    }
}
