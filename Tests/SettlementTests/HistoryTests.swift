import Encodings
import Identity
import Settlement
import Testing

@Suite("Any history")
struct HistoryTests {
    @Test("conserves all money at every entry", arguments: 0..<8)
    func conservation(seed: Int) throws {
        var history = try RandomHistory(seed: seed)
        for _ in 0..<120 {
            try history.step()
            let state = history.state
            let total =
                state.balances.values.reduce(UInt128(state.treasury)) { $0 + UInt128($1) }
                + state.members.values.reduce(0) { $0 + UInt128($1.stake) }
            #expect(total == UInt128(state.genesis.supply))
        }
        #expect(!history.records.isEmpty)
    }

    @Test("leads to the same state when it is read back", arguments: 0..<2)
    func replay(seed: Int) throws {
        var history = try RandomHistory(seed: seed)
        for _ in 0..<80 { try history.step() }
        var state = try history.sample.state(history.state.genesis)
        for record in history.records {
            let line = record.body.canonicalBytes()
            try state.apply(try LedgerRecord(try JSON(parsing: line)))
        }
        #expect(state.treasury == history.state.treasury)
        #expect(state.balances == history.state.balances)
        #expect(state.members == history.state.members)
        #expect(state.settlements == history.state.settlements)
    }

    @Test("never takes from anybody without its signature, but a slash", arguments: 0..<4)
    func consent(seed: Int) throws {
        var history = try RandomHistory(seed: seed)
        for _ in 0..<120 {
            let (before, count) = (history.state, history.records.count)
            try history.step()
            guard history.records.count > count, let record = history.records.last else { continue }
            for (key, balance) in before.balances
            where history.state.balance(of: .key(key)) < balance {
                #expect(record.body["signature"]?.string?.contains(key.base58) == true)
            }
        }
    }
}
