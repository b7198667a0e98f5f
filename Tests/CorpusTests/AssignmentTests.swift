import Corpus
import Encodings
import Identity
import Storage
import Testing

@Suite("Assignments")
struct AssignmentTests {
    private let root = Digest(hashing: Array("data".utf8))

    private func roster(_ throughputs: [UInt64], round: UInt64 = 1) -> Roster {
        let workers = throughputs.enumerated().compactMap { index, throughput in
            PublicKey(Digest(hashing: [UInt8(index)]).bytes).map {
                RosterWorker(key: $0, throughput: throughput, stake: 0)
            }
        }
        return Roster(run: root, round: round, seed: root, workers: workers)
    }

    private func makeRule(rows: UInt64 = 100, batches: UInt64, batch: UInt64) throws
        -> AssignmentRule
    {
        try AssignmentRule(
            dataRoot: root, sequenceCount: rows, orderSeed: 7, batchesPerRound: batches,
            batch: batch)
    }

    @Test("are those of the protocol's vectors")
    func vectors() throws {
        let cases = try #require(JSON(parsing: CorpusFixtures.vector("assignment.json")).array)
        for example in cases {
            var fields = try JSONFields(example, of: "case")
            let rule = try AssignmentRule(
                dataRoot: fields.digest("data"),
                sequenceCount: UInt64(fields.integer("rows", in: 1...Int64.max)),
                orderSeed: UInt64(fields.integer("seed", in: 0...Int64.max)),
                batchesPerRound: UInt64(fields.integer("batches", in: 1...Int64.max)),
                batch: UInt64(fields.integer("batch", in: 1...Int64.max)),
                weight: fields.optionalString("weight").flatMap(AssignmentWeight.init)
                    ?? .throughput)
            let roster = try Roster(json: fields.value("roster"))
            let found = try rule.assignments(roster)
            let expected = try fields.array("expected")
            #expect(found.map(\.json) == expected)
            for (line, assignment) in zip(expected, found) {
                let read = try Assignment(json: line)
                #expect(read == assignment)
            }
        }
    }

    @Test("cover the round exactly, for every number of workers", arguments: 1...24)
    func cover(_ count: Int) throws {
        let throughputs = (0..<count).map { UInt64(1 + $0 * $0 * 37 % 1000) }
        let rule = try makeRule(batches: 24, batch: 3)
        let assignments = try rule.assignments(roster(throughputs, round: 2))
        #expect(assignments.count == count)
        #expect(assignments.map(\.steps).reduce(0, +) == 24)
        #expect(assignments.allSatisfy { $0.steps >= 1 })
        #expect(assignments.flatMap(\.sequences) == rule.order.sequences(at: 72..<144))
        #expect(assignments.first?.firstPosition == 72)
    }

    @Test("do not depend on the order of the roster")
    func order() throws {
        let rule = try makeRule(batches: 10, batch: 2)
        var roster = roster([5, 1, 9])
        let expected = try rule.assignments(roster)
        roster.workers.reverse()
        let found = try rule.assignments(roster)
        #expect(found == expected)
    }

    @Test("give each step its own sequences")
    func steps() throws {
        let assignment = try makeRule(batches: 4, batch: 3).assignments(roster([1]))[0]
        #expect((0..<4).flatMap { assignment.sequences(ofStep: $0) } == assignment.sequences)
    }

    @Test(
        "divide batches in proportion, nobody without",
        arguments: [
            ([1, 1], 4, [2, 2]), ([9, 1], 10, [9, 1]), ([1000, 1, 1], 10, [8, 1, 1]),
            ([5, 3, 1], 3, [1, 1, 1]), ([1, 1, 1], 4, [2, 1, 1]), ([2, 3, 5], 11, [2, 3, 6]),
            ([1 << 40, 1], 1 << 20, [1 << 20 - 1, 1]),
        ] as [([UInt64], UInt64, [UInt64])])
    func apportionment(_ throughputs: [UInt64], _ batches: UInt64, _ expected: [UInt64]) {
        #expect(Apportionment.divide(batches, by: throughputs) == expected)
    }

    @Test("are refused where they cannot be made")
    func refusals() throws {
        #expect(throws: MalformedInput.self) { try makeRule(batches: 0, batch: 1) }
        #expect(throws: MalformedInput.self) { try makeRule(batches: 1 << 20, batch: 1 << 20) }
        #expect(throws: MalformedInput.self) { try makeRule(rows: 0, batches: 1, batch: 1) }
        let rule = try makeRule(batches: 2, batch: 1)
        #expect(
            throws: MalformedInput(
                "3 workers for 2 batches a round; every worker needs one", in: "roster")
        ) { try rule.assignments(roster([1, 1, 1])) }
    }

    @Test(
        "are refused as records with anything missing, unknown or out of range",
        arguments: [
            (#""round":1"#, #""round":-1"#), (#""round":1"#, #""rounds":1"#),
            (#""steps":4"#, #""steps":5"#), (#""steps":4"#, #""steps":9223372036854775807"#),
            (#""type":"assignment""#, #""type":"x""#), (#""batch":3"#, #""batch":0"#),
            (#""batch":3"#, #""batch":3,"x":1"#), (#""sequences":["#, #""sequences":[-1,"#),
        ])
    func malformed(_ text: String, _ other: String) throws {
        let assignment = try makeRule(batches: 4, batch: 3).assignments(roster([1]))[0]
        let record = assignment.json.orderedText
        #expect(record.contains(text))
        let altered = try JSON(parsing: Array(record.replacing(text, with: other).utf8))
        #expect(throws: MalformedInput.self) { try Assignment(json: altered) }
    }

    @Test("need a roster that names each worker once")
    func rosters() throws {
        var roster = roster([3, 4])
        let read = try Roster(json: roster.json)
        #expect(read.workers == roster.workers)
        roster.workers[1] = roster.workers[0]
        #expect(throws: MalformedInput.self) { try Roster(json: roster.json) }
        roster.workers = []
        #expect(throws: MalformedInput.self) { try Roster(json: roster.json) }
        roster.workers = [RosterWorker(key: anyKey, throughput: 0, stake: 0)]
        #expect(throws: MalformedInput.self) { try Roster(json: roster.json) }
    }

    private var anyKey: PublicKey { roster([1]).workers[0].key }
}
