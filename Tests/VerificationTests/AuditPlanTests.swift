import Encodings
import Identity
import Rounds
import SampleRound
import Storage
import TestFiles
import Testing
import Verification

@Suite("Audit plans") struct AuditPlanTests {
    /// A run that replays some segments of a share of the contributions.
    static func run(share: Int, segments: Int?) throws -> RunConfiguration {
        var policy: [JSONMember] = [
            JSONMember(key: "replay", value: "sampled"),
            JSONMember(key: "share_ppm", value: .integer(Int64(share))),
        ]
        if let segments {
            policy.append(JSONMember(key: "segments", value: .integer(Int64(segments))))
        }
        return try SampleRun.run(["verification": .object(policy)])
    }

    /// The plan of a contribution of `steps`, told from others by its `number`.
    static func plan(
        _ number: Int, steps: Int = 16, run: RunConfiguration, seed: Digest = Digest(hashing: [])
    ) throws -> AuditPlan {
        let claim = try Court.honest[0].get().contribution.claim.with(steps: steps)
        return AuditPlan(
            of: claim, digest: Digest(hashing: Array("\(number)".utf8)), run: run, seed: seed)
    }

    @Test("replay everything where the run says nothing") func whole() throws {
        let plan = try Self.plan(1, steps: 5, run: Court.first.run)
        #expect(plan.scope == .whole)
        #expect(plan.segments == [1, 2, 3] && plan.steps == 5)
    }

    @Test("are the same again, and others under another seed, round or contribution")
    func deterministic() throws {
        let run = try Self.run(share: 500_000, segments: 2)
        let plans = try (0..<40).map { try Self.plan($0, run: run) }
        #expect(try (0..<40).map { try Self.plan($0, run: run) } == plans)
        let seed = Digest(hashing: [1])
        let others = try (0..<40).map { try Self.plan($0, run: run, seed: seed) }
        #expect(zip(plans, others).count { $0.scope != $1.scope } > 20)
        #expect(Set(plans.map { "\($0.scope)" }).count > 10)
    }

    @Test("draw the share of contributions, and every set of segments equally often")
    func frequencies() throws {
        let run = try Self.run(share: 250_000, segments: 2)
        let plans = try (0..<4000).map { try Self.plan($0, steps: 10, run: run) }
        let drawn = plans.filter { $0.scope != .none }
        // Four standard deviations of 4000 draws at 1/4, and of 1000 at 1/10.
        #expect((890...1110).contains(drawn.count), "\(drawn.count)")
        let sets = Dictionary(grouping: drawn) { $0.segments }.mapValues(\.count)
        #expect(sets.count == 10 && sets.keys.allSatisfy { $0.count == 2 })
        #expect(sets.values.allSatisfy { (60...140).contains($0) }, "\(sets)")
    }

    @Test("draw whole contributions if no segments are said, or as many as there are")
    func wholeOfDrawn() throws {
        for segments in [nil, 8, 4096] {
            let run = try Self.run(share: 1_000_000, segments: segments)
            #expect(try Self.plan(1, run: run).scope == .whole)
        }
    }

    @Test("are those of the vectors") func vectors() throws {
        let cases = try #require(
            JSON(parsing: VectorFile.bytes("audits/plans.json")).array)
        #expect(cases.count >= 6)
        for example in cases {
            var fields = try JSONFields(example, of: "case")
            let expected = try fields.value("expected")
            let verification = try fields.value("verification")
            let segmentSteps = try fields.value("segment_steps")
            try fields.finish()
            let run = try SampleRun.run([
                "verification": verification, "round.segment_steps": segmentSteps,
            ])
            // The run's digest is that of its file, which the vectors cannot know.
            let named = JSON.object(
                (expected.object ?? []).map {
                    $0.key == "run" ? JSONMember(key: "run", value: run.digest.json) : $0
                })
            #expect(try AuditPlan(named, run: run).json == named)
        }
    }

    @Test("that are not what their seed draws are refused") func forged() throws {
        let run = try Self.run(share: 1_000_000, segments: 2)
        let plan = try Self.plan(3, run: run).json
        #expect(try AuditPlan(plan, run: run).json == plan)
        for (key, value) in [
            ("segments", [1, 8]), ("audit", "whole"), ("steps", 4),
            ("seed", Digest(hashing: [9]).json),
        ] as [(String, JSON)] {
            let changed = JSON.object(
                (plan.object ?? []).map { $0.key == key ? JSONMember(key: key, value: value) : $0 })
            #expect(throws: MalformedInput.self) { try AuditPlan(changed, run: run) }
        }
    }
}

@Suite("What audits are worth") struct AuditTermsTests {
    /// The terms of drawing every contribution and replaying `sampled` of `count` segments.
    static func terms(_ sampled: Int, of count: Int, share: Int = 1_000_000) -> AuditTerms {
        AuditTerms(.sampled(partsPerMillion: share, segments: sampled), count: count)
    }

    @Test("false segments are found as often as by drawing every set", arguments: 1...9)
    func enumeration(count: Int) {
        for sampled in 1...count {
            let sets = (0..<1 << count).filter { $0.nonzeroBitCount == sampled }
            for bad in 0...count {
                let isBad = 1 << bad - 1
                let found = sets.count { $0 & isBad != 0 }
                let expected = Double(found) / Double(sets.count)
                let formula = Self.terms(sampled, of: count).detection(bad: bad)
                #expect(abs(formula - expected) < 1e-12, "\(sampled) of \(count), \(bad) bad")
                let shared = Self.terms(sampled, of: count, share: 200_000).detection(bad: bad)
                #expect(abs(shared - 0.2 * expected) < 1e-12)
            }
        }
    }

    @Test("the figures of a run of 16 segments") func figures() {
        let terms = Self.terms(2, of: 16, share: 200_000)
        #expect(AuditTerms.partsPerMillion(terms.detection(bad: 1), .down) == 25_000)
        #expect(AuditTerms.partsPerMillion(terms.detection(bad: 4), .down) == 90_000)
        #expect(AuditTerms.partsPerMillion(terms.detection(bad: 16), .down) == 200_000)
        #expect(AuditTerms.partsPerMillion(terms.cost, .up) == 25_000)
        #expect(AuditTerms(.all, count: 16).detection(bad: 1) == 1)
    }

    @Test(
        "the stake is the least with which cheating does not pay",
        arguments: [50_000, 200_000, 1_000_000], [100_000, 1_000_000])
    func stakes(share: Int, slashed: Int) throws {
        let slash = Double(slashed) * 1e-6
        for sampled in [1, 2, 5] {
            let terms = Self.terms(sampled, of: 16, share: share)
            for bad in [1, 4, 16] {
                for gain in [0.0, 100, 1000, 77_777] {
                    let stake = try #require(
                        terms.stake(gain: gain, bad: bad, reward: 1200, slash: slash))
                    let pays = { (stake: UInt64) in
                        terms.detection(bad: bad) * (1200 + slash * Double(stake)) <= gain
                    }
                    #expect(!pays(stake))
                    #expect(stake == 0 || pays(stake - 1))
                }
            }
            // Deterring whoever does nothing deters whoever leaves out a part.
            let stake = try #require(
                terms.stakeAgainstIdling(cost: 1000, reward: 1200, slash: slash))
            for bad in 1...16 {
                let loss = terms.detection(bad: bad) * (1200 + slash * Double(stake))
                #expect(loss > 1000 * Double(bad) / 16)
            }
        }
    }

    @Test("no stake is enough where none is lost or nothing is found") func noStake() {
        let terms = Self.terms(2, of: 16)
        #expect(terms.stake(gain: 5000, bad: 1, reward: 1, slash: 0) == nil)
        #expect(terms.stake(gain: 1, bad: 0, reward: 1, slash: 1) == nil)
        #expect(terms.stake(gain: 1e30, bad: 1, reward: 1, slash: 1) == nil)
    }
}
