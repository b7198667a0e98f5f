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

/// Audits contributions by replaying some of their segments.
struct Auditing: Tool {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Replay some segments of contributions and print a signed audit of each.",
        discussion: """
            Each segment is replayed from the state before it, which the worker shows and whose \
            root must be the one that the contribution commits to; where it ends must be committed \
            to as well. The first segment needs no state to be shown, and after the last one the \
            contribution itself must come out. The segments are those of --segments, or of a plan \
            by nous-verify plan.

            A contribution that the checks before the replay refuse gets the verdict that \
            nous-verify judge gives. The exit status is 0 if all segments are reproduced, 1 if \
            any contribution is refused or any segment is not reproduced, 69 if any cannot be \
            audited with what is here.

            Example:
              nous-verify replay --run run.yaml --base base.tar.zst --data data \\
                --roster roster.json --key verifier.key --states states \\
                --segments 2,5 --opening answer 1.contribution >> audits.ndjson
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
            "Where the states are in which workers ended their rounds before; without it only "
                + "fresh workers can be audited.", valueName: "directory"))
    var states: String?

    @Option(help: ArgumentHelp("The segments, counted from 1.", valueName: "2,5"))
    var segments: SegmentList?

    @Option(
        help: ArgumentHelp(
            "What nous-verify plan printed; - is standard input.", valueName: "file"))
    var plan: String?

    @Option(
        help: ArgumentHelp(
            "A state before a segment, or a directory of them as nous-train run --keep-states "
                + "leaves it; may be repeated.", valueName: "path"))
    var opening: [String] = []

    @Argument(help: ArgumentHelp("Contributions; - is standard input.", valueName: "contribution"))
    var contributions: [String]

    @OptionGroup var arithmetic: ArithmeticOptions
    @OptionGroup var memory: MemoryOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (segments == nil) != (plan == nil) else {
            throw ValidationError("give either --segments or --plan")
        }
        try Operand.expectOneStream(round.operands + [roster, key, plan] + contributions)
    }

    func run() throws {
        let signingKey = try KeyFile.read(key)
        let inputs = try round.read()
        let assignments = try RosterFile.assignments(
            roster, round: inputs.number, run: inputs.run, corpus: inputs.corpus)
        let plans = try plan.map { try PlanFile.read($0, of: inputs.run) }
        let shown = try ShownStates(opening)
        let machine = try StopSignals.held { try arithmetic.arithmetic() }
        let memoryPlan = try memory.plan(microBatch: arithmetic.microBatch) {
            RoundMemory.demand(
                inputs.run, layout: inputs.base.layout, hasState: false, resident: $0,
                arithmetic: machine)
        }
        memory.report(memoryPlan, quiet: global.quiet)
        let judge = Judge(
            Judge.RoundInputs(
                run: inputs.run, base: inputs.base, corpus: inputs.corpus,
                assignments: assignments),
            lastState: .stored(in: states, for: inputs), activations: memoryPlan.activations,
            arithmetic: machine)
        var answers: [ExitStatus?] = []
        for operand in contributions {
            let result = try audit(operand, by: judge, plans, shown, inputs)
            var sink = Operand.standardOutput
            try sink.write(result.line(signedWith: signingKey))
            answers.append(result.status)
        }
        memory.reportPeak(memoryPlan, quiet: global.quiet)
        let worst = answers.first { $0 == .answerIsNo } ?? answers.first { $0 != nil } ?? nil
        if let worst { throw ExitCode(worst.rawValue) }
    }

    private func audit(
        _ operand: String, by judge: Judge, _ plans: [Digest: AuditPlan]?, _ shown: ShownStates,
        _ inputs: RoundOptions.Round
    ) throws -> Judge.AuditResult {
        let artifact: Artifact
        switch try FoundContribution.read(operand, layout: inputs.base.layout) {
        case .whole(let whole): artifact = whole
        case .malformed(let verdict): return .settled(verdict)
        }
        var progress = Progress(quiet: global.quiet)
        defer { progress.finish() }
        return try judge.audit(
            artifact,
            segments: { count in
                guard let plans else { return try segments?.numbers(of: count) ?? [] }
                guard let plan = plans[artifact.digest], plan.segmentation.count == count else {
                    throw Failure(
                        .inputMissing,
                        "'\(Operand.name(self.plan ?? ""))' has no plan for "
                            + "'\(Operand.name(operand))'")
                }
                return plan.segments
            },
            openings: { claim, segment in
                try shown.state(before: segment, of: claim, layout: inputs.base.layout)
            },
            progress: { done, total in
                progress.update("\(Operand.name(operand)): replaying step", done: done, of: total)
            })
    }
}

extension Judge.AuditResult {
    /// The signed record as one line with its line feed.
    fileprivate func line(signedWith key: SigningKey) -> [UInt8] {
        switch self {
        case .audited(let audit): audit.line(signedWith: key)
        case .settled(let verdict): verdict.line(signedWith: key)
        }
    }

    /// The status that this result asks for; none if all is well.
    fileprivate var status: ExitStatus? {
        switch self {
        case .audited(let audit):
            switch audit.outcome {
            case .reproduced: nil
            case .notReproduced: .answerIsNo
            case .cannotVerify: .unavailable
            }
        case .settled(let verdict): verdict.outcome == .cannotVerify ? .unavailable : .answerIsNo
        }
    }
}
