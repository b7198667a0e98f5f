import Encodings
import Solana
import Testing

@Suite("Records of transactions")
struct RecordTests {
    private func records(_ count: Int) throws -> [PayoutRecord] {
        var terms = try Sample.terms()
        terms.createsAccounts = true
        terms.memo = Sample.memo
        return try PayoutPlan(try Sample.list(count), terms).batches.map { batch in
            try PayoutRecord(batch, tables: [])
        }
    }

    private func changed(_ json: JSON, _ name: String, to value: JSON) -> JSON {
        .object(
            (json.object ?? []).map { member in
                member.key == name ? JSONMember(key: name, value: value) : member
            })
    }

    @Test("are read as they were written, signed or not")
    func roundTrip() throws {
        for var record in try records(20) {
            #expect(try PayoutRecord(record.json, tables: []) == record)
            try record.batch.transaction.sign(with: Sample.key(1))
            #expect(record.json["id"]?.string == record.batch.transaction.identifier)
            let line = record.json.orderedLine
            let read = try SolanaRecord.read(line + line, tables: [])
            #expect(read.count == 2)
            #expect(read[0].json == record.json)
            let other = try TransactionRecord(record.batch.transaction)
            #expect(try TransactionRecord(other.json, tables: []) == other)
        }
    }

    @Test("must say what their transaction does")
    func lies() throws {
        let records = try records(20)
        let (json, other) = (records[0].json, records[1].json)
        for member in json.object ?? [] {
            let lie: JSON = member.value == .integer(1) ? 7 : "1"
            let changed = changed(json, member.key, to: lie)
            #expect(throws: MalformedInput.self, "\(member.key)") {
                try SolanaRecord.read(changed.orderedBytes(), tables: [])
            }
        }
        expectRefusal("does not belong to the stated payments") {
            _ = try PayoutRecord(
                changed(json, "transaction", to: other["transaction"] ?? .null), tables: [])
        }
        let payments = try #require(json["payments"]?.array)
        expectRefusal("does not belong to the stated payments") {
            _ = try PayoutRecord(
                changed(json, "payments", to: .array(payments.reversed())), tables: [])
        }
        expectRefusal("makes 9 of the 10 stated payments") {
            _ = try PayoutRecord(
                changed(json, "payments", to: .array(payments + payments.suffix(1))), tables: [])
        }
        expectRefusal("does not belong to the stated payments") {
            _ = try PayoutRecord(
                changed(json, "payments", to: .array(payments.dropLast())), tables: [])
        }
        expectRefusal("another number than batch 2/3") {
            _ = try PayoutRecord(changed(json, "batch", to: 2), tables: [])
        }
        var more = json.object ?? []
        more.append(JSONMember(key: "x", value: 1))
        expectRefusal("unknown field 'x'") { _ = try PayoutRecord(.object(more), tables: []) }
        more.removeLast(2)
        expectRefusal("field 'transaction'") { _ = try PayoutRecord(.object(more), tables: []) }
    }

    @Test("a payout does nothing else")
    func strangers() throws {
        let record = try records(2)[0]
        let message = record.batch.transaction.message
        let extra = [
            SystemProgram.transfer(from: Sample.payer, to: Sample.wallet(8), lamports: 1),
            try MemoProgram.memo("x"), ComputeBudgetProgram.setLimit(1),
            TokenProgram.transferChecked(
                1, of: Sample.mint, from: record.source, to: Sample.wallet(8),
                by: try TokenAuthority(Sample.payer)),
        ]
        for instruction in extra {
            let calls = try message.resolvedCalls([]).map { call in
                Instruction(
                    call.program,
                    call.accounts.map { address in
                        AccountUse(
                            address, isSigner: address == Sample.payer, isWritable: true)
                    }, data: call.data)
            }
            let longer = try Message(
                .v0, payer: Sample.payer, calls + [instruction], blockhash: Sample.blockhash)
            let batch = PayoutBatch(
                number: record.batch.number, payments: record.batch.payments,
                transaction: try Transaction(unsigned: longer))
            expectRefusal("does not belong to the stated payments") {
                _ = try PayoutRecord(batch, tables: [])
            }
        }
    }
}
