import Identity
import Storage

/// A machine under a key: who is caught comes back as another participant with the same machine.
struct Participant: Sendable {
    /// Its number, from 0.
    let number: Int
    /// What it signs with.
    let key: SigningKey
    /// The account that is paid.
    let payout: PublicKey
    /// What it can do, in tokens a second.
    let speed: UInt64
    /// Where it is.
    let region: Int
    /// Its place in `Group.all`.
    let group: Int

    /// What it declares, in tokens a second.
    var declared: UInt64 { speed * Group.all[group].strategy.declaredFactor }

    /// What it puts at stake, in base units.
    func stake(in scenario: Scenario) -> UInt64 {
        guard let rounds = Group.all[group].stakeRounds else { return scenario.minimumStake }
        return max(scenario.minimumStake, rounds * scenario.pay(declared))
    }
}

extension Participant {
    /// The newcomer of this number.
    init(_ number: Int, chance: Chance) {
        let lot = chance.draw(.cheat, of: number)
        let cheats = Group.all.count - 1
        let group = lot < Scenario.cheats ? 1 + Int(lot / Scenario.cheats * Double(cheats)) : 0
        var percent = Int(chance.draw(.machine, of: number) * 100)
        let machine = Scenario.machines.first { machine in
            percent -= machine.percent
            return percent < 0
        }
        let fastest = Scenario.machines[Scenario.machines.count - 1].speed
        let isFastest = Group.all[group].stakeRounds == nil
        self.init(
            number, speed: isFastest ? fastest : machine?.speed ?? fastest,
            region: Int(chance.draw(.region, of: number) * Double(Scenario.regions)),
            group: group, seed: chance.seed)
    }

    /// A participant of this number with a machine that is there already.
    init(_ number: Int, speed: UInt64, region: Int, group: Int, seed: UInt64) {
        func made(for purpose: String) -> SigningKey {
            SigningKey(seed: Digest(hashing: Array("\(purpose) \(seed) \(number)".utf8)).bytes)
        }
        self.number = number
        key = made(for: "worker")
        payout = made(for: "payout").publicKey
        self.speed = speed
        self.region = region
        self.group = group
    }

    /// The first newcomers, whose keys are made on all processors.
    static func newcomers(_ count: Int, chance: Chance) throws -> [Participant] {
        try inParallel(count) { Participant($0, chance: chance) }
    }
}
