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
                --roster roster.json --key verifier.json --opening kept \\
                --segments 2,4 anna.contribution >> audits.ndjson
              nous-verify replay --run run.yaml --base base.tar.zst --data data \\
                --roster roster.json --key verifier.json --opening kept \\
                --plan plan.ndjson *.contribution >> audits.ndjson
            """)

    @OptionGroup var verifier: VerifierOptions

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
        try Operand.expectOneStream(verifier.rostered.operands + [plan] + contributions)
    }

    func run() throws {
        let shown = try ShownStates(opening)
        let court = try verifier.court(arithmetic, memory, quiet: global.quiet)
        let plans = try plan.map { try PlanFile.read($0, of: court.inputs.run) }
        var answers: [ExitStatus?] = []
        for operand in contributions {
            let result = try audit(operand, in: court, plans, shown)
            var sink = Operand.standardOutput
            try sink.write(result.line(signedWith: court.signingKey))
            answers.append(result.status)
        }
        memory.reportPeak(court.plan, quiet: global.quiet)
        let worst = answers.first { $0 == .answerIsNo } ?? answers.first { $0 != nil } ?? nil
        if let worst { throw ExitCode(worst.rawValue) }
    }

    private func audit(
        _ operand: String, in court: VerifierOptions.Court, _ plans: [Digest: AuditPlan]?,
        _ shown: ShownStates
    ) throws -> Judge.AuditResult {
        let artifact: Artifact
        switch try FoundContribution.read(operand, layout: court.inputs.base.layout) {
        case .whole(let whole): artifact = whole
        case .malformed(let verdict): return .settled(verdict)
        }
        var progress = Progress(quiet: global.quiet)
        defer { progress.finish() }
        return try court.judge.audit(
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
            openings: { claim, segment, memory in
                try shown.state(
                    before: segment, of: claim, layout: court.inputs.base.layout, into: memory)
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
