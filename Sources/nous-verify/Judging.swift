import ArgumentParser
import Artifacts
import CommandLineTool
import Encodings
import Identity
import LanguageModel
import Rounds
import RunFiles
import Storage
import Training
import Verification

/// Judges contributions by replaying them.
struct Judging: Tool {
    static let configuration = CommandConfiguration(
        commandName: "judge",
        abstract: "Replay contributions and print a signed verdict on each.",
        discussion: """
            Each contribution is checked and then replayed in full; it is accepted exactly if the \
            replay gives the same bytes. One of class tolerant, where the run takes such, is \
            plausible if it is near enough (docs/tolerance.md). Who trains on what follows from the roster, the run file \
            and the data; no assignment is taken from anybody. One verdict a line goes to standard output. The exit status \
            is 0 if all are accepted or plausible, 1 if any is refused, 69 if any cannot be judged here; a file that \
            cannot be read is reported, the others are judged, and the status says why.

            Example:
              nous-verify judge --run run.yaml --base base.tar.zst --data data \\
                --roster roster.json --key verifier.key --states states \\
                *.contribution > verdicts.ndjson
            """)

    @OptionGroup var round: RoundOptions

    @Option(
        help: ArgumentHelp(
            "What nous-ledger roster printed for this round; - is standard input.",
            valueName: "file"))
    var roster: String

    @Option(help: ArgumentHelp("The verifier's signing key.", valueName: "file"))
    var key: String

    @Option(
        help: ArgumentHelp(
            "Where the judge keeps the states of accepted workers; without it only fresh workers "
                + "can be replayed.", valueName: "directory"))
    var states: String?

    @Argument(help: ArgumentHelp("Contributions; - is standard input.", valueName: "contribution"))
    var contributions: [String]

    @OptionGroup var arithmetic: ArithmeticOptions
    @OptionGroup var memory: MemoryOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try Operand.expectOneStream(round.operands + [roster, key] + contributions)
    }

    func run() throws {
        let signingKey = try KeyFile.read(key)
        let inputs = try round.read()
        let assignments = try RosterFile.assignments(
            roster, round: inputs.number, run: inputs.run, corpus: inputs.corpus)
        let machine = try StopSignals.held { try arithmetic.arithmetic() }
        let plan = try memory.plan(microBatch: arithmetic.microBatch) {
            RoundMemory.demand(
                inputs.run, layout: inputs.base.layout, hasState: false, resident: $0,
                arithmetic: machine)
        }
        memory.report(plan, quiet: global.quiet)
        let judge = Judge(
            Judge.RoundInputs(
                run: inputs.run, base: inputs.base, corpus: inputs.corpus,
                assignments: assignments),
            lastState: .stored(in: states, for: inputs), activations: plan.activations,
            arithmetic: machine)
        var answers: Set<Verdict.Outcome> = []
        var failed: ExitStatus?
        for operand in contributions {
            guard let found = try read(operand, inputs.base.layout, &failed) else { continue }
            let verdict = try self.verdict(on: found, operand, by: judge, inputs)
            answers.insert(verdict.outcome)
            var sink = Operand.standardOutput
            try sink.write(verdict.line(signedWith: signingKey))
        }
        memory.reportPeak(plan, quiet: global.quiet)
        let refused = answers.subtracting([.accepted, .plausible, .cannotVerify])
        if !refused.isEmpty {
            failed = failed ?? .answerIsNo
        }
        if answers.contains(.cannotVerify) { failed = failed ?? .unavailable }
        if let failed { throw ExitCode(failed.rawValue) }
    }

    /// The contribution, or none if it cannot be read; then that is said, and the others go on.
    private func read(
        _ operand: String, _ layout: ParameterLayout, _ failed: inout ExitStatus?
    ) throws -> FoundContribution? {
        let failure: Failure
        do {
            return try FoundContribution.read(operand, layout: layout)
        } catch let error as SystemFailure {
            failure = Failure(error)
        } catch let error as MalformedInput {
            failure = Failure(error)
        }
        Terminal.report("nous-verify: error: \(failure.message)")
        failed = failed ?? failure.status
        return nil
    }

    private var store: StateStore? { states.map { StateStore($0) } }

    private func verdict(
        on found: FoundContribution, _ operand: String, by judge: Judge,
        _ inputs: RoundOptions.Round
    ) throws -> Verdict {
        let artifact: Artifact
        switch found {
        case .whole(let whole): artifact = whole
        case .malformed(let verdict): return verdict
        }
        var progress = Progress(quiet: global.quiet)
        let finding = try judge.judge(artifact) { done, total in
            progress.update("\(Operand.name(operand)): replaying step", done: done, of: total)
        }
        progress.finish()
        if let store, let state = finding.state {
            try store.keep(state, layout: inputs.base.layout)
        }
        return finding.verdict(on: artifact.digest)
    }
}
