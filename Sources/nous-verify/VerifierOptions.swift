import ArgumentParser
import CommandLineTool
import Corpus
import Identity
import LanguageModel
import Numerics
import Rounds
import RunFiles
import Training
import Verification

/// A round, who has which share of it, and who signs what is found.
struct RosteredRoundOptions: ParsableArguments {
    @OptionGroup var round: RoundOptions

    @Option(
        help: ArgumentHelp(
            "What nous-ledger roster printed for this round; - is standard input.",
            valueName: "file"))
    var roster: String

    @Option(help: ArgumentHelp("The key that signs what is found.", valueName: "file"))
    var key: String

    /// The operands that `-` may make standard input.
    var operands: [String] { round.operands + [roster, key] }

    /// Everybody's share of the round.
    func assignments(of inputs: RoundOptions.Round) throws -> [Assignment] {
        try RosterFile.assignments(
            roster, round: inputs.number, run: inputs.run, corpus: inputs.corpus)
    }
}

/// What everybody needs who repeats workers' rounds.
struct VerifierOptions: ParsableArguments {
    @OptionGroup var rostered: RosteredRoundOptions

    @Option(
        help: ArgumentHelp(
            "Where the states are in which workers ended their rounds before; without it only "
                + "fresh workers' rounds can be repeated.", valueName: "directory"))
    var states: String?

    /// A judge of the round and what it works with.
    struct Court {
        let signingKey: SigningKey
        let inputs: RoundOptions.Round
        let judge: Judge
        let plan: MemoryPlan
    }

    /// Reads the inputs, and finds the memory and threads that a judge may use.
    func court(
        _ arithmetic: ArithmeticOptions, _ memory: MemoryOption, quiet: Bool
    ) throws -> Court {
        let signingKey = try KeyFile.read(rostered.key)
        let inputs = try rostered.round.read()
        let assignments = try rostered.assignments(of: inputs)
        let machine = try StopSignals.held { try arithmetic.arithmetic() }
        let plan = try memory.plan(microBatch: arithmetic.microBatch) {
            RoundMemory.demand(
                inputs.run, layout: inputs.base.layout, hasState: false, resident: $0,
                arithmetic: machine)
        }
        memory.report(plan, quiet: quiet)
        let judge = Judge(
            Judge.RoundInputs(
                run: inputs.run, base: inputs.base, corpus: inputs.corpus,
                assignments: assignments),
            lastState: try lastState(inputs), activations: plan.activations, arithmetic: machine)
        return Court(signingKey: signingKey, inputs: inputs, judge: judge, plan: plan)
    }

    private func lastState(_ inputs: RoundOptions.Round) throws -> Judge.LastState {
        guard let store = states.map({ StateStore($0) }) else { return .unknown }
        // A directory without any state says nothing of earlier rounds: it is new, lost, or another's.
        guard try inputs.number == 1 || store.holdsStates else { return .unknown }
        return .known { worker in
            try store.last(
                of: worker, in: inputs.run, before: inputs.number, layout: inputs.base.layout)
        }
    }
}
