import ArgumentParser
import Artifacts
import CommandLineTool
import Corpus
import Encodings
import Identity
import LanguageModel
import Numerics
import Rounds
import RunFiles
import Storage
import Training

/// Trains one round and writes the signed contribution.
struct Run: Tool {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Train one round and write a signed contribution.",
        discussion: """
            The worker's state (moments, residual) is read from and kept in the --state directory. \
            SIGTERM, SIGINT, SIGHUP or SIGUSR1 saves the round there and exits with status 75, and \
            so does --deadline before its time is up: the same command goes on from where it was, \
            and the contribution has the same bytes.

            With --keep-states, an auditor who asks for segment 5 is answered with the file \
            <worker>/<round>/00000005.tar.zst of that directory and, in a worker's later rounds, \
            with the state that --state kept of the round before.

            Example:
              nous-train run --run run.yaml --base base.tar.zst --data data \\
                --assignments assignments --key worker.json --state states \\
                --keep-states kept --deadline 50m --metrics metrics.ndjson \\
                --eval-every 100 -o anna.contribution
            """)

    @OptionGroup var round: RoundOptions
    @OptionGroup var assigned: AssignmentsOption

    @Option(help: ArgumentHelp("The worker's signing key.", valueName: "file"))
    var key: String

    @OptionGroup var saving: SavingOptions
    @OptionGroup var keeping: KeepingOptions

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The contribution; standard output unless given.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Add a line of JSON for every step; - is standard output.", valueName: "file"))
    var metrics: String?

    @Option(
        name: .customLong("arithmetic"),
        help: ArgumentHelp(
            "blas: products by OpenBLAS, which nobody can verify bit for bit; tolerant: the same "
                + "from a fresh state, for runs that take it; as the run says unless given.",
            valueName: "class"))
    var arithmeticClass: ArithmeticClass?

    @OptionGroup var evaluation: EvaluationOptions
    @OptionGroup var arithmetic: ArithmeticOptions
    @OptionGroup var memory: MemoryOption
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try Operand.expectOneStream(round.operands + [assigned.assignments, key])
        if let metrics, Operand.isStream(metrics), Operand.isStream(output ?? "-") {
            throw ValidationError("standard output can be --metrics or the contribution, not both")
        }
    }

    func run() throws {
        let clock = WorkClock(deadline: saving.deadline)
        let signals = StopSignals()
        let signingKey = try KeyFile.read(key)
        let round = try self.round.read()
        let inputs = try localInputs(signingKey.publicKey, round)
        let keeping = try keeping.keeping(of: inputs)
        if let done = try finished(inputs), keeping?.isComplete(inputs, trace: done.trace) ?? true {
            return
        }
        try Operand.expectWritable(output)
        let evaluation = try evaluation.evaluation(of: round, data: self.round.data)
        if let store = saving.store { try Files.makeDirectory(store.path) }
        let machine = try arithmetic.arithmetic(inputs.arithmetic)
        let plan = try memory.plan(microBatch: arithmetic.microBatch) {
            RoundMemory.demand(
                inputs.run, layout: inputs.base.layout, hasState: inputs.state != nil,
                resident: $0, arithmetic: machine)
        }
        memory.report(plan, quiet: global.quiet)
        var local = LocalRound(
            inputs, activations: plan.activations, ownsState: true, arithmetic: machine)
        try saving.restore(&local, warn: warn)
        if let store = saving.store {
            try keeping?.expectEarlier(local, snapshot: store.snapshotPath(of: inputs.worker))
        }
        var training = TrainingLoop(
            store: saving.store, saveEvery: saving.saveEvery, keeping: keeping, signals: signals,
            clock: clock,
            metrics: try Metrics(metrics, of: local, warn: warn), evaluation: evaluation,
            microBatch: plan.activations.microBatch, quiet: global.quiet)
        try training.run(&local)
        try finish(local, signingKey)
        memory.reportPeak(plan, quiet: global.quiet)
    }

    private func localInputs(
        _ worker: PublicKey, _ round: RoundOptions.Round
    ) throws -> LocalRound.Inputs {
        if let arithmeticClass, arithmeticClass != .blas, !round.run.takes(arithmeticClass) {
            throw Failure(
                .usage,
                "--arithmetic: expected blas or the run's \(round.run.arithmetic.rawValue), "
                    + "found \(arithmeticClass.rawValue)")
        }
        let own = arithmeticClass ?? round.run.arithmetic
        guard own == round.run.arithmetic || saving.store == nil else {
            throw Failure(
                .usage,
                "--arithmetic \(own.rawValue) cannot be used with --state in a run that is exact",
                hint: "the state of such a round would make every later one unverifiable")
        }
        let assignments = try assigned.read(for: round)
        guard let assignment = assignments.first(where: { $0.worker == worker }) else {
            throw MalformedInput(
                "worker \(worker) has no assignment in this round",
                in: Operand.name(assigned.assignments))
        }
        return LocalRound.Inputs(
            run: round.run, base: round.base, worker: worker, assignment: assignment,
            corpus: round.corpus,
            state: try saving.store?.last(
                of: worker, in: round.run, before: round.number, layout: round.base.layout),
            arithmetic: arithmeticClass)
    }

    /// Writes the state and the contribution; only then is the unfinished round forgotten.
    private func finish(_ local: LocalRound, _ signingKey: SigningKey) throws {
        let contribution: Contribution
        let newState: WorkerState
        do throws(TrainingFailure) {
            (contribution, newState) = try local.finish()
        } catch {
            throw Failure(training: error)
        }
        let layout = local.inputs.base.layout
        var artifact = contribution.artifact(
            layout: layout, codec: local.inputs.run.codec.codec)
        artifact.sign(with: signingKey)
        try saving.store?.keep(newState, layout: layout)
        try Operand.write(artifact, to: output)
        if let store = saving.store {
            try Files.remove(store.snapshotPath(of: local.inputs.worker))
        }
    }

    private func warn(_ text: String) {
        guard !global.quiet else { return }
        Terminal.report("nous-train: warning: \(text)")
    }

    /// This round's contribution, if the output is it already; any other file is in the way.
    private func finished(_ inputs: LocalRound.Inputs) throws -> Contribution? {
        guard let output, !Operand.isStream(output), Files.exists(output),
            !Files.isDirectory(output)
        else { return nil }
        let layout = inputs.base.layout
        do {
            let artifact = try Operand.readArtifact(
                output, expecting: .contribution, limits: ContributionFile.limits(layout))
            let found = try Contribution(artifact, layout: layout, codec: inputs.run.codec.codec)
            if artifact.manifest.signers.contains(inputs.worker), isResult(found.claim, of: inputs)
            {
                return found
            }
        } catch is MalformedInput {
            throw inTheWay(output, "it is not a whole contribution")
        }
        throw inTheWay(output, "it is another contribution")
    }

    private func isResult(_ claim: Claim, of inputs: LocalRound.Inputs) -> Bool {
        claim.run == inputs.run.digest && claim.base == inputs.base.digest
            && claim.worker == inputs.worker && claim.assignment == inputs.assignment.digest
            && claim.stateBefore == inputs.state?.digest && claim.arithmetic == inputs.arithmetic
    }

    private func inTheWay(_ output: String, _ reason: String) -> Failure {
        Failure(
            .cannotCreate, "cannot create '\(output)': \(reason)",
            hint: "remove it, or name another output")
    }
}

extension ArithmeticClass: ExpressibleByArgument {}
