import Corpus
import Encodings
import Identity
import Storage
import Testing

@Suite("Shares of the lost")
struct TakeoverTests {
    private let root = Digest(hashing: Array("data".utf8))

    private func roster(_ count: Int, round: UInt64) -> Roster {
        var workers: [RosterWorker] = []
        for index in 0..<count {
            guard let key = PublicKey(Digest(hashing: [UInt8(index)]).bytes) else { continue }
            let throughput = UInt64(1 + index % 7)
            workers.append(RosterWorker(key: key, throughput: throughput, stake: UInt64(index)))
        }
        return Roster(
            run: root, round: round, seed: Digest(hashing: [UInt8(round)]), workers: workers)
    }

    private func rule(rows: UInt64 = 300) throws -> AssignmentRule {
        try AssignmentRule(
            dataRoot: root, sequenceCount: rows, orderSeed: 7, batchesPerRound: 11, batch: 7)
    }

    @Test("are made up for: whoever fails, each epoch is delivered exactly once")
    func simulation() throws {
        let rule = try rule()
        var takeover: Takeover?
        var delivered: [UInt64: Int] = [:]
        var state: UInt64 = 1
        for round in 1...UInt64(40) {
            var roster = roster(3 + Int(round % 5), round: round)
            roster.takeover = takeover
            roster = try Roster(json: roster.json)
            let slices = try rule.slices(roster)
            #expect(slices.map(\.steps).reduce(0, +) == 11)
            var done: Set<PublicKey> = []
            for slice in slices {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // In the last rounds nobody fails any more.
                guard state >> 62 > 0 || round > 35 else { continue }
                done.insert(slice.worker)
                for position in slice.positions.joined() { delivered[position, default: 0] += 1 }
            }
            takeover = try rule.takeover(after: roster, done: done)
        }
        let last = try #require(takeover)
        #expect(last.lost.isEmpty)
        #expect(delivered.count == Int(last.next) && last.next > 900)
        #expect(delivered.values.allSatisfy { $0 == 1 })
        #expect(delivered.keys.max() == last.next - 1)
        for epoch in 0..<last.next / 300 {
            let sequences = rule.order.sequences(at: epoch * 300..<(epoch + 1) * 300)
            #expect(Set(sequences) == Set(0..<300))
        }
    }

    @Test("are none where nobody failed, and then nothing differs")
    func nobody() throws {
        let rule = try rule()
        let first = roster(4, round: 1)
        let takeover = try rule.takeover(after: first, done: Set(first.workers.map(\.key)))
        #expect(takeover == Takeover(next: 77, lost: []))
        var second = roster(4, round: 2)
        let plain = try rule.assignments(second)
        second.takeover = takeover
        let amended = try rule.assignments(second)
        #expect(plain == amended)
    }

    @Test("are refused where they cannot be")
    func refusals() throws {
        let rule = try rule()
        var roster = roster(4, round: 2)
        roster.takeover = Takeover(next: 100, lost: [0..<78])
        #expect(throws: MalformedInput.self) { try rule.slices(roster) }
        #expect(throws: MalformedInput.self) {
            try rule.takeover(after: self.roster(2, round: 1), done: [roster.workers[3].key])
        }
        for members in [
            #""next":5"#, #""lost":[]"#, #""next":5,"lost":[[1,1]]"#, #""next":5,"lost":[[4,6]]"#,
            #""next":5,"lost":[[2,3],[1,2]]"#, #""next":5,"lost":[[1,3],[2,4]]"#,
            #""next":-1,"lost":[]"#, #""next":5,"lost":[[1,2,3]]"#, #""next":5,"lost":[["1",2]]"#,
            #""beacon":"""#, #""beacon":"0""#, #""beacon":"AB""#,
        ] {
            var text = self.roster(2, round: 1).json.orderedText
            text.removeLast()
            let json = try JSON(parsing: Array("\(text),\(members)}".utf8))
            #expect(throws: MalformedInput.self, "\(members)") { try Roster(json: json) }
        }
    }

    @Test(
        "leave every epoch covered exactly once, whatever the rosters", arguments: [50, 256, 301])
    func epochs(_ rows: UInt64) throws {
        let rule = try rule(rows: rows)
        var trained: [UInt64] = []
        var round: UInt64 = 0
        while trained.count < 3 * Int(rows) {
            round += 1
            let roster = roster(1 + Int(round * round % 11), round: round)
            for assignment in try rule.assignments(roster) { trained += assignment.sequences }
        }
        for epoch in 0..<3 {
            let sequences = trained[epoch * Int(rows)..<(epoch + 1) * Int(rows)]
            #expect(Set(sequences) == Set(0..<rows))
        }
    }

    @Test("and all others are written as the records that they are")
    func writing() throws {
        let rule = try rule()
        var roster = roster(4, round: 3)
        roster.takeover = Takeover(next: 154, lost: [3..<5, 70..<90])
        for (slice, assignment) in zip(try rule.slices(roster), try rule.assignments(roster)) {
            var sink = MemorySink()
            try slice.write(rule.order, to: &sink)
            #expect(sink.bytes == assignment.json.orderedLine)
        }
    }
}
