import Aggregation
import Artifacts
import Encodings
import Identity
import Rounds
import SampleRound
import Storage
import Synchronization
import Testing

@Suite("What a merge refuses") struct MergeRefusalTests {
    static let round = SampleRound.first
    static let other = Digest(hashing: [1])

    /// Worker 2's contribution with another claim.
    static func changed(_ change: (Claim) -> Claim) throws -> Artifact {
        let honest = try round.train(worker: 2).contribution
        let contribution = Contribution(
            claim: change(honest.claim), trace: honest.trace, update: honest.update)
        return round.artifact(contribution, signedBy: 2)
    }

    static func line(_ artifacts: [Artifact]) -> String? {
        var merge = RoundMerge(run: round.run, base: round.base)
        return refusal { for artifact in artifacts { try merge.add(artifact) } }
    }

    @Test func anotherRun() throws {
        #expect(
            try Self.line([Self.changed { $0.with(run: Self.other) }])
                == "field 'run': expected \(Self.round.run.digest), found \(Self.other)")
    }

    @Test func anotherBase() throws {
        #expect(
            try Self.line([Self.changed { $0.with(base: Self.other) }])
                == "field 'base': expected \(Self.round.base.digest), found \(Self.other)")
    }

    @Test func anotherRound() throws {
        #expect(
            try Self.line([Self.changed { $0.with(round: 2) }])
                == "field 'round': expected 1, found 2")
    }

    @Test func twoContributionsOfOneWorker() throws {
        let first = try Self.changed { $0 }
        let second = try Self.changed { $0.with(stateAfter: Self.other) }
        #expect(
            Self.line([first, second])
                == "worker \(SampleRound.keys[2].publicKey) has two contributions: "
                + "\(first.digest) and \(second.digest)")
    }

    @Test("a refused contribution leaves the merge as it was") func staysUsable() throws {
        let honest = try Self.changed { $0 }
        var merge = RoundMerge(run: Self.round.run, base: Self.round.base)
        try merge.add(honest)
        #expect(throws: MalformedInput.self) { try merge.add(Self.changed { $0.with(round: 3) }) }
        #expect(merge.count == 1)
    }

    @Test("a contribution that is another one when it is read again") func swapped() throws {
        let round = SampleRound.sample(["merge": nil])
        let (honest, other) = (try round.published(worker: 0), try round.published(worker: 1))
        let readings = Mutex(0)
        var merge = RoundMerge(run: round.run, base: round.base)
        let outline = try ContributionOutline(
            honest.manifest, first: honest.member("contribution.json"))
        try merge.add(outline, named: "u") {
            readings.withLock {
                $0 += 1
                return $0 == 1 ? honest : other
            }
        }
        #expect(refusal { _ = try merge.finish() } == "u: changed while it was merged")
        #expect(readings.withLock { $0 } == 2)
    }

    @Test func aContributionThatBreaksTheFormat() throws {
        let artifact = try Self.changed { $0 }.replacing(
            "\"steps\": 1", by: "\"steps\": 2", in: "contribution.json")
        #expect(
            Self.line([artifact]) == "trace and losses: expected 2 steps, found 1 and 1")
    }
}
