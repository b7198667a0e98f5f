/// What a worker does with the work that it is given.
enum Strategy: Sendable, Equatable {
    /// Trains all of it.
    case honest
    /// Trains all but a share, of which it invents the states and the update.
    case idle(percent: Int)
    /// Hands in somebody else's update, with noise on it.
    case copy
    /// Trains nothing in a share of its rounds, and all in the others.
    case rare(percent: Int)
    /// Declares so many times its speed, trains what it can, and invents the rest.
    case overclaim(factor: Int)
    /// Trains nothing, and has bribed a verifier, who finds nothing false with it.
    case collude

    /// What it declares of each token a second that it can do.
    var declaredFactor: UInt64 {
        if case .overclaim(let factor) = self { UInt64(factor) } else { 1 }
    }

    /// How many of the segments, the last ones, are invented; `draw` is from 0 to below 1.
    func falseSegments(of count: Int, draw: Double) -> Int {
        switch self {
        case .honest: 0
        case .idle(let percent): max(1, (count * percent + 99) / 100)
        case .copy, .collude: count
        case .rare(let percent): draw * 100 < Double(percent) ? count : 0
        case .overclaim(let factor): count - count / factor
        }
    }

    /// What is spent on what is not trained, as a share of training it.
    var forgeryCost: Double { self == .copy ? 0.02 : 0 }
}

/// Workers who do the same with stakes of the same kind.
struct Group: Sendable {
    /// What it is called.
    let name: String
    /// What its workers do.
    let strategy: Strategy
    /// Their stakes in rounds of their pay; nil is the least stake, and the fastest machine.
    let stakeRounds: UInt64?

    /// All groups, the honest first.
    static let all: [Group] = {
        let strategies: [(String, Strategy)] = [
            ("idle 10 %", .idle(percent: 10)), ("idle 50 %", .idle(percent: 50)),
            ("idle 100 %", .idle(percent: 100)), ("copy", .copy),
            ("idle in 10 % of rounds", .rare(percent: 10)),
            ("claim 4 x its speed", .overclaim(factor: 4)), ("bribe a verifier", .collude),
        ]
        let honest = Group(
            name: "honest", strategy: .honest, stakeRounds: Scenario.honestStake)
        let least = Group(
            name: "idle, fastest", strategy: .idle(percent: 100), stakeRounds: nil)
        return [honest]
            + strategies.flatMap { name, strategy in
                [4, 40].map { Group(name: name, strategy: strategy, stakeRounds: $0) }
            } + [least]
    }()
}
