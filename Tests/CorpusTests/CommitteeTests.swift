import Corpus
import Encodings
import Identity
import Storage
import Testing

@Suite("Committees")
struct CommitteeTests {
    @Test("are those of the protocol's vectors")
    func vectors() throws {
        let cases = try #require(JSON(parsing: CorpusFixtures.vector("committee.json")).array)
        #expect(cases.count >= 6)
        for example in cases {
            var fields = try JSONFields(example, of: "case")
            let except = try fields.nullableString("except").flatMap { PublicKey(base58: $0) }
            let committee = Committee(
                of: Int(try fields.integer("size", in: 1...1024)),
                from: try Roster(json: fields.value("roster")),
                by: try #require(AssignmentWeight(rawValue: fields.string("weight"))),
                subject: try fields.digest("subject"), excluding: except)
            let expected = try fields.value("expected")
            #expect(committee.json == expected)
            try fields.finish()
        }
    }

    private func roster(_ stakes: [UInt64]) -> Roster {
        let seed = Digest(hashing: [])
        let workers = stakes.enumerated().compactMap { index, stake in
            PublicKey(Digest(hashing: [UInt8(index)]).bytes).map {
                RosterWorker(key: $0, throughput: 1, stake: stake)
            }
        }
        return Roster(run: seed, round: 1, seed: seed, workers: workers)
    }

    @Test("are drawn in proportion to stake")
    func proportion() {
        let roster = roster([1, 3, 4])
        var counts = [0, 0, 0]
        for subject in 0..<800 {
            let committee = Committee(
                of: 1, from: roster, by: .stake, subject: Digest(hashing: Array("\(subject)".utf8)))
            for (index, worker) in roster.workers.enumerated()
            where committee.members == [worker.key] {
                counts[index] += 1
            }
        }
        #expect(counts.reduce(0, +) == 800)
        #expect((70...130).contains(counts[0]), "\(counts)")
        #expect((250...350).contains(counts[1]), "\(counts)")
        #expect((345...455).contains(counts[2]), "\(counts)")
    }

    @Test("have each member once, and not the one that is left out")
    func members() {
        let roster = roster([5, 0, 7, 9])
        let author = roster.workers[2].key
        let committee = Committee(
            of: 10, from: roster, by: .stake, subject: roster.seed, excluding: author)
        #expect(committee.members.count == 3)
        #expect(Set(committee.members) == Set(roster.workers.map(\.key)).subtracting([author]))
    }

    @Test("are those that running sums over who is left lead to")
    func runningSums() {
        let roster = roster((0..<200).map { UInt64($0 % 7 * $0) })
        let electorate = Electorate(roster, by: .stake)
        for number in 0..<40 {
            let subject = Digest(hashing: [UInt8(number)])
            var left = roster.workers.sorted { $0.key < $1.key }
            let excluded = left.remove(at: number * 5).key
            var draws = PublicDraws(
                rule: "nous-tools committee v1", seed: roster.seed, round: 1, subject: subject)
            let expected = (0..<number + 1).map { _ in
                let total = left.reduce(UInt128(0)) { $0 + UInt128(max(1, $1.stake)) }
                var ticket = draws.next(below: total)
                let place = left.firstIndex { worker in
                    let weight = UInt128(max(1, worker.stake))
                    if ticket < weight { return true }
                    ticket -= weight
                    return false
                }
                return left.remove(at: place ?? 0).key
            }
            let committee = Committee(
                of: number + 1, from: electorate, subject: subject, excluding: excluded)
            #expect(committee.members == expected)
        }
    }

    @Test("depend on the beacon, the round and the subject")
    func seeds() {
        var roster = roster([UInt64](repeating: 1, count: 60))
        let draw = { (roster: Roster, subject: Digest) in
            Committee(of: 20, from: roster, by: .throughput, subject: subject).members
        }
        let first = draw(roster, roster.seed)
        #expect(draw(roster, Digest(hashing: [1])) != first)
        roster.round = 2
        #expect(draw(roster, roster.seed) != first)
        roster.round = 1
        roster.beacon = [0]
        #expect(draw(roster, roster.seed) != first)
    }
}
