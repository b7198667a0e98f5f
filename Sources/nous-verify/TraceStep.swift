import ArgumentParser
import Artifacts
import CommandLineTool
import Corpus
import Disputes
import Encodings
import Identity
import Numerics
import Rounds
import RunFiles
import Storage
import Training

/// Writes a step of a round out, operator by operator.
struct TraceStep: Tool {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Write out what a worker's steps compute, for a dispute.",
        discussion: """
            Repeats the worker's round. Without --step, prints the signed state roots before and after \
            every step. With --step, writes that step as a directory: what every operator of \
            the forward and backward pass and of the optimizer gives, under one signed root; a step \
            as many as the round has is the compression that follows. A worker \
            and whoever disputes its contribution both do so, and \
            `nous-verify bisect` finds where the two part.

            Rounds of class exact whose optimizer is AdamW can be written out, and compressions \
            without a transform. The directory takes some hundred times the bytes of the batch's activations.

            Example:
              nous-verify trace --run run.yaml --base base.tar.zst --data data \\
                --roster roster.json --key verifier.json anna.contribution > my.roots
              nous-verify trace --run run.yaml --base base.tar.zst --data data \\
                --roster roster.json --key verifier.json --step 7 -o my-step-7 \\
                anna.contribution
            """)

    @OptionGroup var verifier: VerifierOptions

    @Option(help: ArgumentHelp("The step to write out, from 0.", valueName: "n"))
    var step: Int?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The directory of the step, or the file of roots; roots go to standard output unless "
                + "given.", valueName: "path"))
    var output: String?

    @Argument(help: ArgumentHelp("The contribution disputed.", valueName: "contribution"))
    var contribution: String

    @OptionGroup var arithmetic: ArithmeticOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try Operand.expectOneStream(verifier.rostered.operands + [contribution])
        if step != nil, output == nil || output == "-" {
            throw ValidationError("--step needs --output, a directory")
        }
    }

    func run() throws {
        let signingKey = try KeyFile.read(verifier.rostered.key)
        let inputs = try verifier.rostered.round.read()
        let machine = try StopSignals.held { try arithmetic.arithmetic() }
        let (outline, _) = try ContributionFile.open(
            contribution, limits: ContributionFile.limits(inputs.base.layout))
        var local = LocalRound(
            try localInputs(outline.claim, inputs), microBatch: arithmetic.microBatch ?? 8,
            arithmetic: machine)
        guard let step else {
            return try printRoots(&local, outline, signingKey)
        }
        guard step <= local.inputs.assignment.steps else {
            throw Failure(
                .usage, "--step: expected at most \(local.inputs.assignment.steps), found \(step)")
        }
        try advance(&local, to: step)
        guard let beginning = StepBeginning(local) else {
            throw Failure(
                .unavailable, "step \(step) of this run cannot be written out",
                hint: "steps of AdamW in class exact can, and compressions without a transform")
        }
        let values = StepValues(beginning, arithmetic: machine)
        let trace = StepTrace(
            of: traced(outline, local),
            at: StepTrace.Place(step: step, optimizerSteps: local.optimizerSteps), values,
            signedBy: signingKey, arithmetic: machine)
        try expectSame(trace, as: &local)
        try TraceFiles.write(trace, to: output ?? "")
    }

    private func traced(_ outline: ContributionOutline, _ local: LocalRound) -> TracedContribution {
        TracedContribution(
            digest: outline.digest, run: local.inputs.run.digest, round: local.inputs.round,
            worker: outline.claim.worker)
    }

    private func localInputs(
        _ claim: Claim, _ round: RoundOptions.Round
    ) throws -> LocalRound.Inputs {
        let assignments = try verifier.rostered.assignments(of: round)
        guard let assignment = assignments.first(where: { $0.worker == claim.worker }) else {
            throw MalformedInput(
                "worker \(claim.worker) is not in the roster",
                in: Operand.name(verifier.rostered.roster))
        }
        let state = try verifier.states.flatMap {
            try StateStore($0).last(
                of: claim.worker, in: round.run, before: round.number, layout: round.base.layout)
        }
        guard state?.digest == claim.stateBefore else {
            throw MalformedInput.field(
                "state_before", expected: state?.digest.hex ?? "a fresh state",
                found: claim.stateBefore?.hex ?? "a fresh state"
            ).within(Operand.name(contribution))
        }
        return LocalRound.Inputs(
            run: round.run, base: round.base, worker: claim.worker, assignment: assignment,
            corpus: round.corpus, state: state)
    }

    private func advance(
        _ local: inout LocalRound, to step: Int, afterEach note: (LocalRound) -> Void = { _ in }
    ) throws {
        var progress = Progress(quiet: global.quiet)
        defer { progress.finish() }
        while local.step < step {
            try advance(&local)
            note(local)
            progress.update("repeating step", done: local.step, of: step)
        }
    }

    private func advance(_ local: inout LocalRound) throws {
        do throws(TrainingFailure) {
            try local.advance()
        } catch {
            throw Failure(.malformedInput, "cannot repeat the round: \(error)")
        }
    }

    private func printRoots(
        _ local: inout LocalRound, _ outline: ContributionOutline, _ signingKey: SigningKey
    ) throws {
        var digests = [local.stateRoot()]
        try advance(&local, to: Int(local.inputs.assignment.steps)) {
            digests.append($0.stateRoot())
        }
        let roots = StepRoots(contribution: traced(outline, local), roots: digests)
        try Operand.write(
            roots.signed(with: signingKey).orderedLine, to: output)
    }

    /// The kernels must end where the operators do, or this program is wrong.
    private func expectSame(_ trace: StepTrace, as local: inout LocalRound) throws {
        guard !local.isComplete else { return }
        try advance(&local)
        guard local.stateRoot() == trace.statement.closing else {
            throw Failure(.internalError, "the operators of the step end in another state")
        }
    }
}
