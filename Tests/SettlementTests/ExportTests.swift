import Encodings
import Identity
import Settlement
import Storage
import Testing

@Suite("Payments outside the ledger")
struct ExportTests {
    let sample = RunSample()
    let digest = Digest(hashing: Array("messages".utf8))

    /// Two workers that hold 900 each, paid to their own keys, and one that holds 5.
    func state(minimumPayout: UInt64 = 0) throws -> LedgerState {
        var state = try sample.state(try sample.genesis(minimumPayout: minimumPayout))
        for worker in sample.workers.prefix(2) { try state.apply(try sample.join(worker)) }
        try state.apply(try sample.join(sample.workers[2], stake: 995))
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
        #expect(try state().nextExport.payments.map(\.amount).sorted() == [5, 900, 900])
        var state = try state(minimumPayout: 6)
        #expect(state.nextExport.payments.map(\.amount) == [900, 900])
        try state.apply(try sample.export(state))
        #expect(state.balance(of: .key(sample.workers[0].publicKey)) == 0)
        #expect(state.balance(of: .key(sample.workers[2].publicKey)) == 5)
        #expect(state.nextExport.payments.isEmpty)
        try state.apply(
            try sample.transfer(
                sample.keeper, from: .treasury, to: .key(sample.workers[2].publicKey), 1))
        #expect(state.nextExport.payments.map(\.amount) == [6])
    }

    @Test("are a list that payout reads, in the order of keys")
    func list() throws {
        let export = try state().nextExport
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
        #expect(state.nextExport.payments == [payments[0], payments[2]])
        #expect(throws: MalformedInput.self) { try state.apply(try reconciliation(failedAt: [])) }
        try state.checkConservation()
    }

    @Test("are the operator's to make, and what the entries imply")
    func forged() throws {
        let state = try state()
        let body = state.nextExport.entryBody
        var (other, forged) = (state, state)
        #expect(throws: MalformedInput.self) {
            try other.apply(try LedgerRecord(body, by: sample.workers[0].publicKey))
        }
        try forged.apply(
            try sample.transfer(
                sample.workers[0], from: .key(sample.workers[0].publicKey), to: .treasury, 1))
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
