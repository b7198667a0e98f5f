import Corpus
import Encodings
import Identity
import Rounds
import Settlement
import Storage

/// A run under one policy: the library's own rosters, assignments, records, audits, settlements and
/// payouts, of workers who train nothing.
struct RunSimulation {
    let scenario: Scenario
    let policy: Policy
    let run: RunConfiguration
    let chance: Chance
    let rule: AssignmentRule
    /// The verifiers; the second is bribed, and one alone is too.
    let verifiers: [SigningKey]
    /// The ledger.
    var desk: RecordDesk
    /// Everybody who ever took part.
    var participants: [Participant] = []
    /// Who takes part, by number.
    var active: [Int] = []
    /// The numbers of all participants by their keys.
    var numbers: [PublicKey: Int] = [:]
    /// Who was found to have lied, and leaves.
    var exposed: Set<Int> = []
    /// The work of each round that is not final, in the order of the workers' keys.
    var deliveries: [Int: [Delivery]] = [:]
    /// What the next round makes up for.
    var takeover: Takeover?
    /// What was counted.
    var tally = RunTally()

    /// A run before its first round; the log of its signed rounds is in `directory`.
    init(_ scenario: Scenario, _ policy: Policy, directory: String) throws {
        self.scenario = scenario
        self.policy = policy
        run = try policy.run(scenario)
        chance = Chance(seed: scenario.seed)
        rule = try AssignmentRule(
            dataRoot: run.data.root, sequenceCount: scenario.sequenceCount, orderSeed: run.seed,
            batchesPerRound: UInt64(run.round.batches), batch: UInt64(run.round.batch))
        verifiers = (0..<policy.verifiers).map { Self.key("verifier \($0)") }
        let keeper = Self.key("operator")
        desk = try RecordDesk(
            Self.genesis(scenario, policy, run, keeper, verifiers), keeper: keeper,
            path: Files.join(directory, "log-\(run.digest.hex.prefix(8))"))
    }

    static func key(_ name: String) -> SigningKey {
        SigningKey(seed: Digest(hashing: Array("simulated \(name)".utf8)).bytes)
    }

    private static func genesis(
        _ scenario: Scenario, _ policy: Policy, _ run: RunConfiguration, _ keeper: SigningKey,
        _ verifiers: [SigningKey]
    ) throws -> Genesis {
        guard let slash = PartsPerMillion(Scenario.slash),
            let unit = TokenUnit(symbol: "SIM", decimals: 6)
        else { preconditionFailure("valid terms") }
        return Genesis(
            name: run.name, run: run.digest, keeper: keeper.publicKey,
            verifiers: verifiers.map(\.publicKey).sorted(), quorum: UInt64(policy.quorum),
            rewardRule: .proRataVerifiedTokens, rewardPerRound: scenario.reward, slash: slash,
            minimumStake: scenario.minimumStake, supply: scenario.supply, grants: [], unit: unit,
            delays: run.reward.delays, minimumPayout: scenario.minimumPayout)
    }

    /// Plays all rounds, and empty ones until the last work is final.
    mutating func play() throws {
        desk.isSigned = scenario.isSigned(1)
        try admit(Participant.newcomers(scenario.workers, chance: chance), from: 1)
        for round in 1...policy.rounds { try play(round) }
        desk.isSigned = false
        for round in policy.rounds + 1...policy.rounds + Scenario.delays.dispute {
            try desk.enter(RoundNotice(.opening, round: UInt32(round)).json)
            try audit(round - 1, seed: seed(of: round))
            try settle()
        }
        try desk.state.checkConservation()
        tally.work.participants = participants.count
    }

    private mutating func play(_ round: Int) throws {
        desk.isSigned = scenario.isSigned(round)
        try desk.enter(RoundNotice(.opening, round: UInt32(round)).json)
        let start = ProcessorTime.now
        let roster = roster(of: round)
        let slices = try rule.slices(roster)
        tally.note("assignment", since: start)
        try audit(round - 1, seed: roster.effectiveSeed)
        let done = try work(round, slices)
        let lost = ProcessorTime.now
        takeover = try rule.takeover(after: roster, done: done)
        tally.work.lostRanges = max(tally.work.lostRanges, takeover?.lost.count ?? 0)
        tally.note("lost shares", since: lost)
        try settle()
        try change(after: round)
        if round.isMultiple(of: scenario.payoutInterval) { try payOut(round) }
        try desk.publish()
    }

    /// The roster of a round, whose seed stands for the digest of a checkpoint.
    func roster(of round: Int) -> Roster {
        var roster = Roster(
            run: run.digest, round: UInt64(round), seed: seed(of: round),
            workers: desk.state.workers(in: UInt32(round)).map { key, member in
                RosterWorker(
                    key: key, throughput: member.throughput, stake: desk.state.stake(of: key))
            })
        roster.takeover = takeover
        return roster
    }

    private func seed(of round: Int) -> Digest {
        Digest(hashing: Array("simulated seed \(scenario.seed) \(policy.name) \(round)".utf8))
    }

    /// The bytes of the workers' lines in the roster of the last round.
    var rosterBytes: Int {
        let workers = desk.state.workers(in: UInt32(policy.rounds)).map { key, member -> JSON in
            [
                "worker": key.json, "throughput": .integer(Int64(member.throughput)),
                "stake": Amount.json(desk.state.stake(of: key)),
            ]
        }
        return JSON.array(workers).canonicalBytes().count
    }
}
