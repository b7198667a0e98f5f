import CommandLineTool
import Corpus
import Rounds
import RunFiles
import Training

/// The steps of a round and what goes with them: progress, metrics, evaluation, saving, stopping.
struct TrainingLoop {
    let store: StateStore?
    let saveEvery: Int
    let keeping: SegmentKeeping?
    let signals: StopSignals
    var clock: WorkClock
    var metrics: Metrics
    let evaluation: HeldOutEvaluation?
    let microBatch: Int
    let quiet: Bool

    private var pendingSignal: String?
    private var savedStep: Int?
    private var lastSave = Progress.seconds()
    private var stepsTaken = 0

    init(
        store: StateStore?, saveEvery: Int, keeping: SegmentKeeping?, signals: StopSignals,
        clock: WorkClock, metrics: Metrics, evaluation: HeldOutEvaluation?, microBatch: Int,
        quiet: Bool
    ) {
        self.store = store
        self.saveEvery = saveEvery
        self.keeping = keeping
        self.signals = signals
        self.clock = clock
        self.metrics = metrics
        self.evaluation = evaluation
        self.microBatch = microBatch
        self.quiet = quiet
    }

    /// Takes the steps that are left, or stops with the status that asks to be called again.
    mutating func run(_ local: inout LocalRound) throws {
        var progress = Progress(quiet: quiet, doneBefore: local.step)
        defer { progress.finish() }
        // A segment may begin right where the round was saved.
        try keeping?.keepIfDue(local)
        while !local.isComplete {
            try stopIfAsked(local, before: .step)
            try step(&local, &progress)
            if let evaluation, evaluation.isDue(local) {
                progress.finish()
                try evaluate(evaluation, local)
            }
            try saveIfDue(local)
        }
        try stopIfAsked(local, before: .save)
    }

    private mutating func step(_ local: inout LocalRound, _ progress: inout Progress) throws {
        let start = Progress.seconds()
        var signal: String?
        let report: StepReport?
        do throws(TrainingFailure) {
            report = try local.advance {
                signal = signal ?? signals.pending()
                return signal != nil
            }
        } catch {
            throw Failure(training: error)
        }
        pendingSignal = signal
        guard let report else { return try stopIfAsked(local, before: .step) }
        let seconds = clock.note(.step, since: start)
        try keeping?.keepIfDue(local)
        // What a step leaves behind belongs to the time that the next one may take.
        clock.note(.step, since: start)
        stepsTaken += 1
        metrics.add(report, step: local.step, seconds: seconds)
        let tokens = local.inputs.run.round.batch * local.inputs.run.data.sequenceLength
        progress.update(
            "step", done: local.step, of: Int(local.inputs.assignment.steps),
            note: "loss \(Decimal.millionths(report.lossMicronats)), "
                + "\(Decimal.text(Double(tokens) / seconds, places: 0)) tokens/s")
    }

    private mutating func evaluate(_ evaluation: HeldOutEvaluation, _ local: LocalRound) throws {
        let start = Progress.seconds()
        var clock = self.clock
        var signal = pendingSignal
        var lastPart: Double?
        let result = evaluation.run(local, microBatch: microBatch) {
            if let lastPart { clock.note(.evaluation, since: lastPart) }
            lastPart = Progress.seconds()
            signal = signal ?? signals.pending()
            return signal == nil && clock.leavesTime(for: .evaluation, .save)
        }
        (self.clock, pendingSignal) = (clock, signal)
        guard let result else { return }
        metrics.add(result, step: local.step, seconds: Progress.seconds() - start)
        guard !quiet else { return }
        Terminal.report(
            "nous-train: step \(local.step): held-out loss "
                + "\(Decimal.text(result.loss, places: 4)) nats/token over \(result.tokens) tokens")
    }

    /// Saves when it is time to, and once after the first step under a deadline, to learn how long
    /// saving takes.
    private mutating func saveIfDue(_ local: LocalRound) throws {
        let isDue = Progress.seconds() - lastSave >= Double(saveEvery)
        let isFirst = clock.deadline != nil && !clock.knows(.save)
        guard isDue || isFirst, let store else { return }
        try save(local, store)
    }

    private mutating func save(_ local: LocalRound, _ store: StateStore) throws {
        guard savedStep != local.step else { return }
        let start = Progress.seconds()
        try store.keepSnapshot(local.snapshot(), of: local.inputs.worker)
        clock.note(.save, since: start)
        (lastSave, savedStep) = (Progress.seconds(), local.step)
    }

    /// Stops when a signal has come, or when the deadline leaves no time for `work` and a save.
    private mutating func stopIfAsked(_ local: LocalRound, before work: WorkClock.Work) throws {
        if let signal = pendingSignal ?? signals.pending() {
            try stop(local, "by \(signal)")
        }
        guard let deadline = clock.deadline, !clock.leavesTime(for: work, .save) else { return }
        guard stepsTaken > 1 || clock.leavesTime() else { throw tooShort(deadline) }
        try stop(local, "before the deadline of \(deadline)")
    }

    private mutating func stop(_ local: LocalRound, _ reason: String) throws {
        guard let store else {
            throw Failure(
                .tryAgain, "stopped \(reason) at step \(local.step); nothing was saved",
                hint: "give --state to save unfinished rounds")
        }
        try save(local, store)
        throw Failure(
            .tryAgain, "stopped \(reason) after step \(local.step); the round is saved",
            hint: "run the same command again to go on")
    }

    /// A deadline that passed before a second step: to try again would be no better.
    private func tooShort(_ deadline: TimeSpan) -> Failure {
        let seconds = TimeSpan(seconds: Int(clock.elapsed.rounded(.up)))
        let work = stepsTaken == 0 ? "starting" : "starting, one step and saving it"
        return Failure(
            .usage, "--deadline \(deadline) is too short: \(work) took \(seconds)",
            hint: "give several times that")
    }
}

extension Failure {
    /// Numbers with which nobody can go on.
    init(training failure: TrainingFailure) {
        self.init(.malformedInput, "cannot train: \(failure)")
    }
}
