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
            #expect(state.money.total == UInt128(state.genesis.supply))
            for key in state.keys { #expect(state.successor(of: key) == nil, "retired, and rich") }
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
            try state.apply(try LedgerRecord(try JSON(parsing: line), by: record.author))
        }
        #expect(state.money == history.state.money)
        #expect(state.members == history.state.members)
        #expect(state.lastSettlement == history.state.lastSettlement)
    }

    @Test("is the sum of what its entries moved", arguments: 0..<4)
    func movements(seed: Int) throws {
        var history = try RandomHistory(seed: seed)
        var amounts = history.state.money.amounts
        for _ in 0..<120 {
            let count = history.records.count
            try history.step()
            guard history.records.count > count else { continue }
            for movement in history.state.movements {
                amounts[movement.source, default: 0] -= movement.amount
                amounts[movement.destination, default: 0] += movement.amount
            }
            #expect(amounts.filter { $0.value > 0 } == history.state.money.amounts)
        }
    }

    @Test("never takes from anybody without its signature, but to pay it", arguments: 0..<4)
    func consent(seed: Int) throws {
        var history = try RandomHistory(seed: seed)
        for _ in 0..<120 {
            let (before, count) = (history.state, history.records.count)
            try history.step()
            guard history.records.count > count, let record = history.records.last,
                !["export", "rotation"].contains(record.body["type"]?.string)
            else { continue }
            for key in before.keys
            where history.state.balance(of: .key(key)) < before.balance(of: .key(key)) {
                #expect(record.author == key)
            }
        }
    }
}
