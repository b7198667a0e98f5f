import Encodings
import Solana
import Testing

@Suite("Reconciliation")
struct ReconciliationTests {
    let records: [PayoutRecord]
    /// How many payments the first of two transactions makes.
    var first: Int { records[0].batch.payments.count }

    init() throws {
        var terms = try Sample.terms()
        terms.memo = Sample.memo
        records = try PayoutPlan(try Sample.list(30), terms).batches.map { batch in
            var signed = batch
            try signed.transaction.sign(with: Sample.key(1))
            return try PayoutRecord(signed, tables: [])
        }
    }

    /// What a node answers about `record`; `change` alters what each recipient got.
    private func answer(
        _ record: PayoutRecord, tables: [LookupTable] = [], error: JSON = .null,
        change: (Int, UInt64) -> UInt64 = { $1 }
    ) throws -> JSON {
        let accounts = try record.batch.transaction.message.resolvedAccounts(tables)
        func balance(_ account: Address, _ amount: UInt64) -> JSON {
            [
                "accountIndex": .integer(Int64(accounts.firstIndex(of: account) ?? -1)),
                "mint": record.mint.address.json,
                "uiTokenAmount": ["amount": Amount.json(amount), "uiAmount": .number("1.5")],
            ]
        }
        var before: [JSON] = []
        var after: [JSON] = []
        var spent: UInt64 = 0
        for (place, payment) in record.batch.payments.enumerated() {
            let got = change(place, payment.amount)
            // Half of the accounts are new.
            if place.isMultiple(of: 2) { before.append(balance(payment.tokenAccount, 5)) }
            after.append(
                balance(payment.tokenAccount, got + (place.isMultiple(of: 2) ? 5 : 0)))
            spent += got
        }
        before.append(balance(record.source, 1_000_000))
        after.append(balance(record.source, 1_000_000 - spent))
        return [
            "jsonrpc": "2.0", "id": 1,
            "result": [
                "slot": 5, "blockTime": .null, "version": 0,
                "meta": [
                    "err": error, "preTokenBalances": .array(before),
                    "postTokenBalances": .array(after),
                ],
                "transaction": [.string(record.batch.transaction.base64), "base64"],
            ],
        ]
    }

    private func reconcile(_ answers: [JSON]) throws -> Reconciliation {
        var report = ChainReport()
        for answer in answers { try report.add(file: answer.orderedBytes()) }
        return try Reconciliation(records, report, tables: [])
    }

    @Test("everybody is paid if the balances say so")
    func paid() throws {
        let answers = try records.map { try answer($0) }
        for form in [answers, [.array(answers)], answers.reversed()] {
            let found = try reconcile(form)
            #expect(found.isComplete)
            #expect(found.problems.isEmpty)
            #expect(found.outcomes.count == 30)
            #expect(found.total(.paid) == 465)
        }
        var report = ChainReport()
        let lines = answers.map { $0.orderedBytes() }.joined(separator: [0x0A])
        try report.add(file: Array(lines))
        #expect(try Reconciliation(records, report, tables: []).isComplete)
    }

    /// `answer` with its transaction spelled as a node does with encoding `json`.
    private func spelled(_ answer: JSON, _ transaction: Transaction) throws -> JSON {
        let message = transaction.message
        let integers: ([UInt8]) -> JSON = { .array($0.map { .integer(Int64($0)) }) }
        let calls = message.calls.map { call -> JSON in
            [
                "programIdIndex": .integer(Int64(call.program)),
                "accounts": integers(call.accounts), "stackHeight": .null,
                "data": .string(Base58.encode(call.data)),
            ]
        }
        let lookups = message.lookups.map { lookup -> JSON in
            [
                "accountKey": lookup.table.json, "writableIndexes": integers(lookup.writable),
                "readonlyIndexes": integers(lookup.readonly),
            ]
        }
        var members: [JSONMember] = [
            JSONMember(
                key: "header",
                value: [
                    "numRequiredSignatures": .integer(Int64(message.signerCount)),
                    "numReadonlySignedAccounts": .integer(Int64(message.readonlySignerCount)),
                    "numReadonlyUnsignedAccounts": .integer(Int64(message.readonlyOtherCount)),
                ]),
            JSONMember(key: "accountKeys", value: .array(message.accounts.map(\.json))),
            JSONMember(key: "recentBlockhash", value: message.blockhash.json),
            JSONMember(key: "instructions", value: .array(calls)),
        ]
        if message.version == .v0 {
            members.append(JSONMember(key: "addressTableLookups", value: .array(lookups)))
        }
        return [
            "result": [
                "meta": answer["result"]?["meta"] ?? .null,
                "transaction": [
                    "signatures": [.string(transaction.identifier ?? "")],
                    "message": .object(members),
                ],
            ]
        ]
    }

    @Test("answers with encoding json are read alike", arguments: Message.Version.allCases)
    func jsonEncoding(version: Message.Version) throws {
        var terms = try Sample.terms()
        terms.version = version
        if version == .v0 {
            terms.tables = try LookupTablePlan(
                try Sample.list(30), terms, authority: Sample.payer, slot: 9,
                blockhash: Sample.blockhash
            ).tables
        }
        var batch = try PayoutPlan(try Sample.list(30), terms).batches[0]
        #expect(batch.transaction.message.lookups.isEmpty == (version == .legacy))
        try batch.transaction.sign(with: Sample.key(1))
        let record = try PayoutRecord(batch, tables: terms.tables)
        let answer = try spelled(
            try self.answer(record, tables: terms.tables), batch.transaction)
        var report = ChainReport()
        try report.add(file: answer.orderedBytes())
        #expect(report.transactions[0].message == batch.transaction.message)
        let found = try Reconciliation([record], report, tables: terms.tables)
        #expect(found.outcomes.allSatisfy { $0.state == .paid })
        let text = answer.orderedText
        for (from, to) in [
            ("\"numRequiredSignatures\":1", "\"numRequiredSignatures\":300"),
            ("\"programIdIndex\":", "\"programIdIndex\":9"),
            ("\"accounts\":[", "\"accounts\":[-1,"),
            ("\"data\":\"", "\"data\":\"0"), ("\"accountKeys\":[", "\"accountKeys\":[1,"),
            ("\"message\"", "\"parsed\""),
        ] {
            #expect(text.contains(from))
            let lie = Array(text.replacing(from, with: to, maxReplacements: 1).utf8)
            #expect(throws: MalformedInput.self, "\(to)") {
                var report = ChainReport()
                try report.add(file: lie)
            }
        }
    }

    @Test("a failed transaction pays nobody, and a missing one is not known")
    func failed() throws {
        let failed = try answer(records[0], error: ["InstructionError": [0, "Custom"]]) { _, _ in 0
        }
        let found = try reconcile([failed])
        #expect(!found.isComplete)
        #expect(found.problems.isEmpty)
        #expect(Set(found.outcomes.prefix(first).map(\.state)) == [.failed])
        #expect(Set(found.outcomes.dropFirst(first).map(\.state)) == [.unknown])
        #expect(found.total(.failed) + found.total(.unknown) == 465)
    }

    @Test("another amount is noticed")
    func different() throws {
        let answers = [
            try answer(records[0]) { $0 == 3 ? $1 + 1 : $1 }, try answer(records[1]),
        ]
        let found = try reconcile(answers)
        #expect(found.outcomes.indices.filter { found.outcomes[$0].state != .paid } == [3])
        #expect(found.outcomes[3].state == .different)
        #expect(found.outcomes[3].received == Int128(found.outcomes[3].payment.amount) + 1)
    }

    @Test("statuses alone are believed, in their order")
    func statuses() throws {
        func status(_ confirmation: String, _ error: JSON = .null) -> JSON {
            [
                "slot": 1, "confirmations": .null, "err": error,
                "confirmationStatus": .string(confirmation),
            ]
        }
        func answers(_ values: [JSON]) -> [JSON] {
            [["result": ["context": ["slot": 1], "value": .array(values)]]]
        }
        #expect(try reconcile(answers([status("finalized"), status("confirmed")])).isComplete)
        let mixed = try reconcile(answers([status("processed"), status("finalized", "x")]))
        #expect(Set(mixed.outcomes.prefix(first).map(\.state)) == [.unknown])
        #expect(Set(mixed.outcomes.dropFirst(first).map(\.state)) == [.failed])
        let unknown = try reconcile(answers([.null, status("finalized")]))
        #expect(unknown.outcomes[0].state == .unknown)
        expectRefusal("expected the statuses of 2 transactions") {
            _ = try reconcile(answers([.null]))
        }
        expectRefusal("unknown value") { _ = try reconcile(answers([status("x"), .null])) }
        let both = try reconcile(
            answers([status("finalized", "x"), status("finalized")]) + [try answer(records[0])])
        #expect(both.problems == ["batch 1/2 is said to have failed and to have succeeded"])
    }

    @Test("a second payment, and a stranger, are noticed")
    func strangers() throws {
        var terms = try Sample.terms(.blockhash(Sample.blockhash(8)))
        terms.memo = Sample.memo
        var twin = try PayoutPlan(try Sample.list(30), terms).batches[0]
        try twin.transaction.sign(with: Sample.key(1))
        let answers = try records.map { try answer($0) }
        let again = try answer(try PayoutRecord(twin, tables: []))
        let id = twin.transaction.identifier ?? ""
        let found = try reconcile(answers + [again])
        #expect(found.problems == ["\(id) pays batch 1/2 once more"])
        #expect(!found.isComplete)
        var stranger = try Transaction(
            unsigned: Message(.v0, payer: Sample.payer, [], blockhash: Sample.blockhash))
        try stranger.sign(with: Sample.key(1))
        let other: JSON = [
            "meta": ["err": .null], "transaction": [.string(stranger.base64), "base64"],
        ]
        #expect(
            try reconcile(answers + [other]).problems
                == ["\(stranger.identifier ?? "") is no transaction of this payout"])
    }

    @Test("records that are not one payout are noticed")
    func incomplete() throws {
        let answers = try records.map { try answer($0) }
        var report = ChainReport()
        try report.add(file: JSON.array(answers).orderedBytes())
        let some = try Reconciliation([records[0]], report, tables: [])
        #expect(some.problems.count == 2)
        #expect(some.problems[0] == "the records are not batches 1 to 2, each once")
        let twice = try Reconciliation([records[0], records[0]], report, tables: [])
        #expect(twice.problems.contains("\(records[0].batch.payments[0].recipient) is paid twice"))
    }

    @Test("a payout of more batches than could be is no trouble")
    func hugeCount() throws {
        let number = try #require(BatchNumber(1, of: .max))
        let terms = try Sample.terms()
        let plain = try PayoutPlan(try Sample.list(3), terms).batches[0]
        let huge = try PayoutRecord(
            PayoutBatch(
                number: number, payments: plain.payments, transaction: plain.transaction),
            tables: [])
        let found = try Reconciliation([huge], ChainReport(), tables: [])
        #expect(found.problems.count == 1)
    }

    @Test("a source that lost another sum is noticed")
    func source() throws {
        let answers = try records.map { try answer($0) }
        let text = answers[0].orderedText
        let spent = records[0].total
        let lie = text.replacing("\"\(1_000_000 - spent)\"", with: "\"\(999_999 - spent)\"")
        var report = ChainReport()
        try report.add(file: Array(lie.utf8))
        try report.add(file: answers[1].orderedBytes())
        let found = try Reconciliation(records, report, tables: [])
        #expect(
            found.problems
                == ["batch 1/2: what the source lost is not what the recipients got"])
    }

    @Test("answers that are none are refused, with the place")
    func refusals() throws {
        for (text, words) in [
            ("{}", "expected a response to"), ("[]x", "line 1: at byte 2"),
            (
                "{\"error\":{\"code\":1,\"message\":\"slow down\"}}",
                "answered with an error: slow down"
            ),
            ("[{\"result\":null},[1]]", "nested arrays"),
            ("{\"result\":{\"transaction\":1}}", "field 'meta'"),
            ("{\"result\":{\"meta\":{\"err\":null},\"transaction\":1}}", "field 'transaction'"),
            (
                "{\"result\":{\"meta\":{\"err\":null},\"transaction\":[\"AQAB\",\"base64\"]}}",
                "expected"
            ),
        ] {
            var report = ChainReport()
            expectRefusal(words) { try report.add(file: Array(text.utf8)) }
        }
        var report = ChainReport()
        try report.add(file: Array("{\"result\":null}".utf8))
        #expect(report.missing == 1)
    }
}
