import ArgumentParser
import CommandLineTool
import Encodings
import Settlement

/// Says what stake makes cheating a loss.
struct AdviseStake: Tool {
    static let configuration = CommandConfiguration(
        commandName: "advise-stake",
        abstract: "Say how large a stake makes cheating a loss.",
        discussion: """
            A cheat saves the cost of its work and is caught with the probability of an audit; then \
            it loses its pay and the slashed share of its stake. With pay R, cost c, probability p \
            and slashed share s, cheating gains less than work when R - c > (1 - p) R - p s S, so \
            the stake S must be more than (c / p - R) / s. Amounts are base units; nous-verify plan \
            prints p for a policy of audits.

            Example:
              nous-ledger advise-stake ledger --cost 400 --probability 100000
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Option(help: ArgumentHelp("What the work of a round costs a worker.", valueName: "amount"))
    var cost: UInt64

    @Option(
        help: ArgumentHelp(
            "How likely a cheat is caught in a round, in parts per million.", valueName: "ppm"))
    var probability: UInt64

    @Option(
        help: ArgumentHelp(
            "What a worker is paid for a round; by default the reward divided by the workers.",
            valueName: "amount"))
    var pay: UInt64?

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (1...PartsPerMillion.whole).contains(probability) else {
            throw ValidationError("--probability must be from 1 to \(PartsPerMillion.whole)")
        }
    }

    func run() throws {
        let state = try Ledger.read(ledger).state
        let workers = UInt64(state.workers(in: state.nextRound).count)
        let pay = pay ?? (workers > 0 ? state.genesis.rewardPerRound / workers : 0)
        guard
            let stake = StakeAdvice.leastStake(
                cost: cost, probability: probability, pay: pay, slash: state.genesis.slash)
        else {
            throw Failure(
                .answerIsNo,
                "no stake is large enough: a lie costs \(state.genesis.slash.value) ppm of it")
        }
        let unit = state.genesis.unit
        let answer: JSON = [
            "type": "stake-advice", "stake": Amount.json(stake), "pay": Amount.json(pay),
            "cost": Amount.json(cost), "probability_ppm": .integer(Int64(probability)),
            "slash_ppm": .integer(Int64(state.genesis.slash.value)),
            "minimum_stake": Amount.json(state.genesis.leastStake),
        ]
        try Operand.print(
            json
                ? answer.orderedText
                : "stake \(unit.describe(stake)), the run asks for"
                    + " \(unit.describe(state.genesis.leastStake))")
    }
}
