import ArgumentParser
import CommandLineTool
import Rounds
import RunFiles
import Storage
import Training

/// What of a round is kept for auditors.
struct KeepingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Keep the state before each segment here, to answer challenges with.",
            valueName: "directory"))
    var keepStates: String?

    @Option(
        help: ArgumentHelp(
            "Keep only the states before these segments, counted from 1.", valueName: "2,5"))
    var segments: SegmentList?

    func validate() throws {
        guard keepStates != nil || segments == nil else {
            throw ValidationError("--segments needs --keep-states")
        }
    }

    /// What is to be kept of a round, if anything is.
    func keeping(of inputs: LocalRound.Inputs) throws -> SegmentKeeping? {
        guard let keepStates else { return nil }
        let count = inputs.segmentation.count
        let numbers = try segments?.numbers(of: count) ?? Array(1...count)
        return SegmentKeeping(store: SegmentStore(keepStates), segments: Set(numbers))
    }
}

/// Keeps the states before segments of a round while it is trained.
///
/// The first segment needs none: it begins with what everybody has.
struct SegmentKeeping {
    let store: SegmentStore
    let segments: Set<Int>

    /// Keeps the state that the round is in, if a segment begins with it whose state is wanted.
    func keepIfDue(_ local: LocalRound) throws {
        guard let number = local.segmentToBegin, number > 1, segments.contains(number) else {
            return
        }
        try store.keep(local, segment: number)
    }

    /// Whether everything that a round with this trace was to leave is there.
    func isComplete(_ inputs: LocalRound.Inputs, trace: [TraceSegment]) -> Bool {
        missing(inputs, trace: trace, through: trace.count) == nil
    }

    /// Refuses to go on with a round that was saved behind a state that is missing.
    func expectEarlier(_ local: LocalRound, snapshot: String) throws {
        let missing = missing(
            local.inputs, trace: local.trace,
            through: local.trace.count + (local.segmentToBegin == nil ? 1 : 0))
        guard let missing else { return }
        throw Failure(
            .inputMissing,
            "cannot keep the state before segment \(missing): the round was saved at step "
                + "\(local.step)",
            hint: "remove '\(snapshot)' to train the round again from its beginning")
    }

    private func missing(
        _ inputs: LocalRound.Inputs, trace: [TraceSegment], through last: Int
    ) -> Int? {
        segments.sorted().first {
            $0 > 1 && $0 <= last && !store.holds($0, of: inputs, trace: trace)
        }
    }
}
