import Encodings
import Identity
import Settlement
import Storage
import Testing

@Suite("Payments outside the ledger")
struct ExportTests {
    let sample = RunSample()
    let digest = Digest(hashing: Array("messages".utf8))

    /// Three workers that got their stakes back, 900, 900 and 5, and hold as much that they were not paid.
    func state(minimumPayout: UInt64 = 0) throws -> LedgerState {
        var state = try sample.state(try sample.genesis(minimumPayout: minimumPayout))
        for (worker, stake) in zip(sample.workers, [900, 900, 5]) {
            try state.apply(try sample.join(worker, stake: UInt64(stake)))
            try state.apply(try sample.leave(worker, round: 1))
        }
        return state
    }

    func payment(_ export: UInt32 = 1, total: UInt64) throws -> LedgerRecord {
        let payment = ExportPayment(of: export, by: .transactions, digest: digest, total: total)
        return try LedgerRecord(payment.json, by: sample.keeper.publicKey)
    }

    func reconciliation(_ export: UInt32 = 1, failedAt places: [UInt32]) throws -> LedgerRecord {
        try LedgerRecord(
            ExportReconciliation(of: export, failedAt: places).json, by: sample.keeper.publicKey)
    }

    @Test("are of payout accounts that hold enough; less waits for more")
    func least() throws {
        #expect(try state().nextExport().payments.map(\.amount).sorted() == [5, 900, 900])
        var state = try state(minimumPayout: 6)
        #expect(state.nextExport().payments.map(\.amount) == [900, 900])
        try state.apply(try sample.export(state))
        #expect(state.balance(of: .key(sample.workers[0].publicKey)) == 100)
        #expect(state.balance(of: .key(sample.workers[2].publicKey)) == 1_000)
        #expect(state.nextExport().payments.isEmpty)
        let other = sample.workers[3]
        try state.apply(
            try sample.join(other, stake: 1, payout: sample.workers[2].publicKey))
        try state.apply(try sample.leave(other, round: 1))
        #expect(state.nextExport().payments.map(\.amount) == [6])
    }

    @Test("leave alone what an account was not paid, and what it spent")
    func spent() throws {
        var state = try state()
        let worker = sample.workers[0]
        let spend = { amount in
            try sample.transfer(worker, from: .key(worker.publicKey), to: .treasury, amount)
        }
        try state.apply(try spend(100))
        #expect(state.nextExport().payments.map(\.amount).sorted() == [5, 900, 900])
        try state.apply(try spend(300))
        #expect(state.nextExport().payments.map(\.amount).sorted() == [5, 600, 900])
        try state.apply(
            try sample.transfer(
                sample.keeper, from: .treasury, to: .key(worker.publicKey), 5_000))
        #expect(state.nextExport().payments.map(\.amount).sorted() == [5, 600, 900])
    }

    @Test("are a list that payout reads, in the order of keys")
    func list() throws {
        let export = try state().nextExport()
        let rows = String(decoding: export.list, as: UTF8.self).split(separator: "\n")
        #expect(rows[0] == "recipient,amount")
        #expect(rows.count == 4)
        #expect(export.payments.map(\.account) == export.payments.map(\.account).sorted())
        #expect(export.entryBody["list"]?.string == Digest(hashing: export.list).hex)
    }

    @Test("are fixed once, so that nobody is paid twice")
    func once() throws {
        var state = try state()
        try state.apply(try sample.export(state))
        #expect(throws: MalformedInput.self) { try state.apply(try payment(total: 1_804)) }
        try state.apply(try payment(total: 1_805))
        let other = ExportPayment(
            of: 1, by: .distributor, digest: RunSample.base, total: 1_805)
        #expect(throws: MalformedInput.self) {
            try state.apply(try LedgerRecord(other.json, by: sample.keeper.publicKey))
        }
        #expect(throws: MalformedInput.self) { try state.apply(try payment(2, total: 0)) }
        try state.apply(try reconciliation(failedAt: [0, 1, 2]))
        try state.apply(try sample.export(state))
        #expect(throws: MalformedInput.self, "the same transactions pay one export") {
            try state.apply(try payment(2, total: 1_805))
        }
    }

    @Test("give back what was not paid, and keep the rest out of the ledger for good")
    func reconciled() throws {
        var state = try state()
        try state.apply(try sample.export(state))
        let payments = state.exports[0].payments
        #expect(throws: MalformedInput.self) { try state.apply(try reconciliation(failedAt: [])) }
        try state.apply(try payment(total: 1_805))
        #expect(throws: MalformedInput.self) { try state.apply(try reconciliation(failedAt: [3])) }
        try state.apply(try reconciliation(failedAt: [0, 2]))
        #expect(state.money[.paidOut] == payments[1].amount)
        #expect(state.money[.payable(export: 1)] == 0)
        #expect(state.nextExport().payments == [payments[0], payments[2]])
        #expect(throws: MalformedInput.self) { try state.apply(try reconciliation(failedAt: [])) }
        try state.checkConservation()
    }

    @Test("leave out who cannot be paid, whose pay waits")
    func except() throws {
        var state = try state()
        let unpayable = sample.workers[1].publicKey
        let export = state.nextExport(except: [unpayable])
        #expect(export.payments.map(\.amount).sorted() == [5, 900])
        var body = export.entryBody
        try state.apply(try LedgerRecord(body, by: sample.keeper.publicKey))
        #expect(state.nextExport().payments.map(\.account) == [unpayable])
        for except: JSON in [[], [unpayable.json, unpayable.json], ["x"], 1] {
            guard case .object(var members) = state.nextExport().entryBody else { return }
            members.append(JSONMember(key: "except", value: except))
            body = .object(members)
            #expect(throws: MalformedInput.self) {
                try state.apply(try LedgerRecord(body, by: sample.keeper.publicKey))
            }
        }
    }

    @Test("are the operator's to make, and what the entries imply")
    func forged() throws {
        let state = try state()
        let body = state.nextExport().entryBody
        var (other, forged) = (state, state)
        #expect(throws: MalformedInput.self) {
            try other.apply(try LedgerRecord(body, by: sample.workers[0].publicKey))
        }
        try forged.apply(
            try sample.transfer(
                sample.workers[0], from: .key(sample.workers[0].publicKey), to: .treasury, 101))
        #expect(throws: MalformedInput.self) {
            try forged.apply(try LedgerRecord(body, by: sample.keeper.publicKey))
        }
    }

    @Test("read back their ranges of failures in one spelling")
    func ranges() throws {
        let found = ExportReconciliation(of: 1, failedAt: [0, 1, 2, 5, 7, 8])
        #expect(found.failed == [0...2, 5...5, 7...8])
        #expect(try ExportReconciliation(found.json) == found)
        for failed: JSON in [
            [[0, 1], [2, 3]], [[3, 2]], [[4, 5], [1, 2]], [[1]], [[0, 1, 2]], [[-1, 2]], [1, 2],
        ] {
            #expect(throws: MalformedInput.self) {
                try ExportReconciliation(
                    ["type": "reconciliation", "export": 1, "failed": failed])
            }
        }
    }
}
