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
                --roster roster.json --key verifier.json --states judged \\
                *.contribution > verdicts.ndjson
            """)

    @OptionGroup var verifier: VerifierOptions

    @Argument(help: ArgumentHelp("Contributions; - is standard input.", valueName: "contribution"))
    var contributions: [String]

    @OptionGroup var arithmetic: ArithmeticOptions
    @OptionGroup var memory: MemoryOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try Operand.expectOneStream(verifier.rostered.operands + contributions)
    }

    func run() throws {
        let court = try verifier.court(arithmetic, memory, quiet: global.quiet)
        var answers: Set<Verdict.Outcome> = []
        var failed: ExitStatus?
        for operand in contributions {
            guard let found = try read(operand, court.inputs.base.layout, &failed) else { continue }
            let verdict = try self.verdict(on: found, operand, in: court)
            answers.insert(verdict.outcome)
            var sink = Operand.standardOutput
            try sink.write(verdict.line(signedWith: court.signingKey))
        }
        memory.reportPeak(court.plan, quiet: global.quiet)
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

    private func verdict(
        on found: FoundContribution, _ operand: String, in court: VerifierOptions.Court
    ) throws -> Verdict {
        let artifact: Artifact
        switch found {
        case .whole(let whole): artifact = whole
        case .malformed(let verdict): return verdict
        }
        var progress = Progress(quiet: global.quiet)
        let finding = try court.judge.judge(artifact) { done, total in
            progress.update("\(Operand.name(operand)): replaying step", done: done, of: total)
        }
        progress.finish()
        if let states = verifier.states, let state = finding.state {
            try StateStore(states).keep(state, layout: court.inputs.base.layout)
        }
        return finding.verdict(on: artifact.digest)
    }
}
