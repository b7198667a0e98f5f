import Corpus
import Encodings
import Glibc
import Identity
import Settlement
import Solana
import Storage

/// How the processor time of each part of a round grows with the number of workers.
struct Growth {
    /// Numbers of workers, in order.
    let sizes: [Int]
    /// Seconds of each part at each of them.
    private(set) var seconds: [(part: String, seconds: [Double])] = []

    /// Rounds of a quarter, half, twice and four times the workers of a scenario, as far as a ledger takes them.
    init(_ scenario: Scenario, directory: String) throws {
        let workers = scenario.workers
        sizes = [workers / 4, workers / 2, workers, 2 * workers, 4 * workers]
            .filter { $0 <= LedgerState.maximumMembers }
        for size in sizes {
            let round = try GrowthRound(
                Scenario(workers: size, rounds: 10, seed: scenario.seed), directory: directory)
            for (place, part) in round.parts.enumerated() {
                if seconds.count == place { seconds.append((part.name, [])) }
                seconds[place].seconds.append(part.seconds)
            }
        }
    }
}

/// One round of trusted records, part by part.
private struct GrowthRound {
    private(set) var parts: [(name: String, seconds: Double)] = []

    init(_ scenario: Scenario, directory: String) throws {
        var simulation = try RunSimulation(scenario, .ofTools, directory: directory)
        let newcomers = try Participant.newcomers(scenario.workers, chance: simulation.chance)
        try time("join, and buy a stake") { try simulation.admit(newcomers, from: 1) }
        try simulation.desk.enter(RoundNotice(.opening, round: 1).json)
        let roster = time("make a roster") { simulation.roster(of: 1) }
        let text = roster.json.canonicalBytes()
        _ = try time("read a roster") { try Roster(json: JSON(parsing: text)) }
        let slices = try time("assign") { try simulation.rule.slices(roster) }
        _ = time("draw three for each of 1,000") {
            let electorate = Electorate(roster, by: .stake)
            return (0..<1_000).map { number in
                Committee(
                    of: 3, from: electorate,
                    subject: Digest(hashing: Array("subject \(number)".utf8)))
            }
        }
        let done = Set(roster.workers.dropLast(scenario.workers / 100).map(\.key))
        _ = try time("lost shares") { try simulation.rule.takeover(after: roster, done: done) }
        _ = try time("seal work and a verdict each") { try simulation.work(1, slices) }
        try time("settle") { try simulation.settle() }
        let export = time("list an export") { simulation.desk.state.nextExport() }
        try pay(export, simulation)
    }

    private mutating func pay(_ export: Export, _ simulation: RunSimulation) throws {
        let list = try PayoutList(
            export.payments.map { PayoutList.Entry(Address($0.account), $0.amount) })
        let terms = try simulation.terms(round: 1)
        _ = try time("pay it by transactions") { try PayoutPlan(list, terms) }
        _ = try time("pay it by a distributor") { try DistributorTree(list.claims()) }
    }

    private mutating func time<Value>(_ name: String, _ body: () throws -> Value) rethrows -> Value
    {
        let start = ProcessorTime.now
        let value = try body()
        parts.append((name, ProcessorTime.now - start))
        return value
    }
}

extension PayoutList {
    /// Claims to the amounts at once.
    func claims() throws -> [DistributorClaim] {
        try entries.map { entry in
            try DistributorClaim(entry.recipient, [.staker: .init(unlocked: entry.amount)])
        }
    }
}

extension Report {
    /// How each part grows.
    mutating func addGrowth(_ growth: Growth) throws {
        var table = [["ms of processor, workers"] + growth.sizes.map { "\($0)" } + ["exponent"]]
        for (part, seconds) in growth.seconds {
            let last = seconds.suffix(2).map { max($0, 1e-9) }
            let exponent = last.count == 2 ? log2(last[1] / last[0]) : 0
            table.append([part] + seconds.map { ($0 * 1e3).text(1) } + [exponent.text(2)])
            for (size, seconds) in zip(growth.sizes, seconds) {
                add("growth: \(part)", seconds, "s", [("of", .integer(Int64(size)))])
            }
        }
        try print("What grows with the workers (an export has 8,192 accounts at most)", table)
    }
}
