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
            SIGTERM, SIGINT, SIGHUP or SIGUSR1 saves the round there and exits with status 75: the same \
            command goes on from where it was, and the contribution has the same bytes.

            Example:
              nous-train run --run run.yaml --base base.tar.zst --data data \\
                --assignments round-1.assignments --key worker.key --state state \\
                -o 1.contribution
            """)

    @OptionGroup var round: RoundOptions
    @OptionGroup var assigned: AssignmentsOption

    @Option(help: ArgumentHelp("The worker's signing key.", valueName: "file"))
    var key: String

    @Option(
        help: ArgumentHelp(
            "Where the worker's states are kept; a fresh state and no saving unless given.",
            valueName: "directory"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "Seconds between saves of the unfinished round; 0 saves after every step.",
            valueName: "s"))
    var saveEvery = 60

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The contribution; standard output unless given.", valueName: "file"))
    var output: String?

    @Option(
        name: .customLong("arithmetic"),
        help: ArgumentHelp(
            "blas: products by OpenBLAS, which nobody can verify bit for bit; as the run says "
                + "unless given.", valueName: "class"))
    var arithmeticClass: ArithmeticClass?

    @OptionGroup var arithmetic: ArithmeticOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        guard (0...86_400).contains(saveEvery) else {
            throw ValidationError("--save-every must be from 0 to 86400")
        }
        try Operand.expectOneStream(round.operands + [assigned.assignments, key])
    }

    func run() throws {
        let signals = StopSignals()
        let signingKey = try KeyFile.read(key)
        let inputs = try localInputs(signingKey.publicKey)
        if try isDone(inputs) { return }
        try Operand.expectWritable(output)
        if let state { try Files.makeDirectory(state) }
        let machine = try arithmetic.arithmetic(inputs.arithmetic)
        let plan = try arithmetic.plan {
            RoundMemory.demand(
                inputs.run, layout: inputs.base.layout, hasState: inputs.state != nil,
                resident: $0, arithmetic: machine)
        }
        arithmetic.report(plan, quiet: global.quiet)
        var local = LocalRound(
            inputs, activations: plan.activations, ownsState: true, arithmetic: machine)
        try resume(&local)
        try train(&local, signals)
        let (contribution, newState) = try local.finish()
        var artifact = contribution.artifact(
            layout: inputs.base.layout, codec: inputs.run.codec.codec)
        artifact.sign(with: signingKey)
        if let store { try store.keep(newState, layout: inputs.base.layout) }
        try Operand.write(artifact, to: output)
        if let store { try Files.remove(store.snapshotPath(of: inputs.worker)) }
        arithmetic.reportPeak(plan, quiet: global.quiet)
    }

    private var store: StateStore? { state.map { StateStore($0) } }

    private func localInputs(_ worker: PublicKey) throws -> LocalRound.Inputs {
        let round = try self.round.read()
        if let arithmeticClass, ![.blas, round.run.arithmetic].contains(arithmeticClass) {
            throw Failure(
                .usage,
                "--arithmetic: expected blas or the run's \(round.run.arithmetic.rawValue), "
                    + "found \(arithmeticClass.rawValue)")
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
            state: try store?.last(
                of: worker, in: round.run, before: round.number, layout: round.base.layout),
            arithmetic: arithmeticClass)
    }

    /// Whether the output is already this round's contribution; any other file is in the way.
    private func isDone(_ inputs: LocalRound.Inputs) throws -> Bool {
        guard let output, !Operand.isStream(output), Files.exists(output),
            !Files.isDirectory(output)
        else { return false }
        let layout = inputs.base.layout
        do {
            let artifact = try Operand.readArtifact(
                output, expecting: .contribution, limits: ContributionFile.limits(layout))
            let found = try Contribution(artifact, layout: layout, codec: inputs.run.codec.codec)
            if artifact.manifest.signers.contains(inputs.worker), isResult(found.claim, of: inputs)
            {
                return true
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

    private func resume(_ local: inout LocalRound) throws {
        guard let store else { return }
        let path = store.snapshotPath(of: local.inputs.worker)
        guard Files.exists(path) else { return }
        do {
            let snapshot = try Operand.readArtifact(path, expecting: .snapshot)
            _ = try local.resume(from: snapshot)
        } catch let malformed as MalformedInput {
            guard !global.quiet else { return }
            Terminal.report("nous-train: warning: starting the round over: \(malformed)")
        }
    }

    private func train(_ local: inout LocalRound, _ signals: StopSignals) throws {
        var progress = Progress(quiet: global.quiet)
        var lastSave = Progress.seconds()
        let total = Int(local.inputs.assignment.steps)
        while !local.isComplete {
            do {
                try local.advance()
            } catch {
                throw Failure(.malformedInput, "cannot train: \(error)")
            }
            let loss = local.lastLoss.map { "loss \(Decimal.text($0, places: 4))" } ?? ""
            progress.update("step", done: local.step, of: total, note: loss)
            if let signal = signals.pending() { try stop(local, signal) }
            if let store, Progress.seconds() - lastSave >= Double(saveEvery) {
                try store.keepSnapshot(local.snapshot(), of: local.inputs.worker)
                lastSave = Progress.seconds()
            }
        }
        progress.finish()
    }

    private func stop(_ local: LocalRound, _ signal: String) throws {
        guard let store else {
            throw Failure(
                .tryAgain, "stopped by \(signal) at step \(local.step); nothing was saved",
                hint: "give --state to save unfinished rounds")
        }
        try store.keepSnapshot(local.snapshot(), of: local.inputs.worker)
        throw Failure(
            .tryAgain, "stopped by \(signal) after step \(local.step); the round is saved",
            hint: "run the same command again to go on")
    }
}

extension ArithmeticClass: ExpressibleByArgument {}
