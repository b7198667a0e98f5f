import Rounds
import Settlement

/// What is assumed about a run, its machines and their owners: all that the library does not decide.
struct Scenario: Sendable {
    /// Workers that take part at a time.
    let workers: Int
    /// Rounds of the longest run.
    let rounds: Int
    /// The seed of everything that is drawn.
    let seed: UInt64

    /// Classes of machines: tokens a second, and how many of a hundred machines.
    static let machines: [(speed: UInt64, percent: Int)] = [
        (250, 40), (500, 25), (1_000, 15), (2_000, 10), (4_000, 7), (8_000, 3),
    ]
    /// The share of workers that cheat, each group as many.
    static let cheats = 0.2
    /// The share of workers that leave in a round; as many join.
    static let churn = 0.005
    /// The share of workers that deliver nothing in a round, each by itself.
    static let misses = 0.01
    /// Regions of the world, one of which fails for three rounds in the middle of the run.
    static let regions = 8
    /// What training costs its owner, as a share of its pay if nobody cheats.
    static let workCost = 0.7
    /// The share of a payout's transactions that fail.
    static let failedTransactions = 0.001
    /// The share of its stake that a proven lie costs, in parts per million.
    static let slash: UInt64 = 500_000
    /// Rounds in which verdicts may be revised, stakes are held, and pay is paid out.
    static let delays = (dispute: 2, unbonding: 3, vesting: 4)
    /// Stakes of the honest, and the least stake of all, in rounds of pay: of the worker's own machine,
    /// and of the slowest.
    static let honestStake: UInt64 = 4

    /// Inner steps of all workers in a round.
    var batches: Int { min(32 * workers, Int(RoundSettings.batchesLimit)) }
    /// The pool of a round in base units: one token of six decimals for each worker.
    var reward: UInt64 { UInt64(workers) * 1_000_000 }
    /// All money there is, in base units.
    var supply: UInt64 { 1 << 62 }
    /// The least pay that is exported, in base units.
    var minimumPayout: UInt64 { 100_000 }
    /// The least stake of a worker, in base units.
    var minimumStake: UInt64 { Self.honestStake * pay(Self.machines[0].speed) }
    /// What a step costs its worker, in base units.
    var stepCost: Double { Self.workCost * Double(reward) / Double(batches) }
    /// Rounds from one payout to the next.
    var payoutInterval: Int { max(1, rounds / 10) }
    /// The rounds in which a region fails.
    var outage: Range<Int> { rounds / 2 + 1..<rounds / 2 + 4 }
    /// The rows of the corpus.
    var sequenceCount: UInt64 { 100_000_000 }

    /// What a machine that declares this speed is paid in a round of the average machines, in base units.
    func pay(_ speed: UInt64) -> UInt64 {
        let mean = Self.machines.reduce(0.0) { $0 + Double($1.speed) * Double($1.percent) / 100 }
        return UInt64(Double(reward) / Double(workers) * Double(speed) / mean)
    }

    /// Whether a round goes through a log, with every signature made and checked: one of a hundred.
    func isSigned(_ round: Int) -> Bool { round % 100 == 1 }
}
