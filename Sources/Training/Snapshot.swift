package import Artifacts
import Encodings
import Glibc
import LanguageModel
import Numerics
import Corpus
import Identity
import Rounds
import Storage

/// A round interrupted between two inner steps, so that the same command goes on from there.
///
/// Private to one worker; the bytes of the contribution do not depend on it.
extension LocalRound {
    /// The round's progress as a bundle, which shares the round's memory until the next step.
    package func snapshot() -> Artifact {
        let description: JSON = [
            "inputs": inputs.digest.json,
            "step": .integer(Int64(step)),
            "loss_micronats": .array(losses.map { .integer($0) }),
            "opening": opening.json,
            "trace": .array(trace.map(\.json)),
        ]
        let tensors = TensorFile.contents(buffers, layout: inputs.base.layout)
        return Artifact(
            kind: .snapshot,
            contents: [
                ("snapshot.json", MemberContents(description.prettyBytes())),
                (tensorPath, tensors),
            ])
    }

    /// Goes on from a snapshot; false, and nothing changes, if it belongs to other inputs.
    package mutating func resume(from snapshot: Artifact) throws -> Bool {
        try resume { snapshot.passed(to: $0) }
    }

    /// Goes on from the snapshot that `read` gives, which reads it anew each time.
    ///
    /// It is read twice: to check everything, then into the round's memory. So a damaged one
    /// changes nothing, and none is in memory beside the round.
    package mutating func resume(
        reading read: (_ sinks: MemberSinks) throws -> Artifact
    ) throws -> Bool {
        let checked = try read(sinks(writing: false))
        guard let progress = try Progress(checked, of: inputs) else { return false }
        guard let sink = checked.sink(tensorPath) as? TensorFileSink else {
            throw MalformedInput("missing member '\(tensorPath)'")
        }
        _ = try sink.buffers()
        // By now the round's memory may be written: a snapshot that changed meanwhile is no longer
        // one that can be passed over.
        guard (try? read(sinks(writing: true))) == checked else {
            throw SystemFailure("read", path: "snapshot", code: EIO, role: .input)
        }
        step = progress.step
        losses = progress.losses
        opening = progress.opening
        trace = progress.trace
        return true
    }

    /// Takes the tensors of a snapshot, into the round's memory or for a check.
    private func sinks(writing: Bool) -> MemberSinks {
        let layout = inputs.base.layout
        let buffers = self.buffers
        return MemberSinks { path, size, _ in
            guard path == tensorPath else { return nil }
            return TensorFileSink(
                path, size: size, into: buffers, layout: layout, writing: writing)
        }
    }

    /// What a snapshot holds of the round's memory.
    private var buffers: [(prefix: String, values: WeightStorage)] {
        [
            ("parameters.", parameters), ("first_moment.", .float32(firstMoment)),
            ("second_moment.", .float32(secondMoment)),
        ]
    }
}

private let tensorPath = "snapshot.safetensors"

/// How far a round had come.
private struct Progress {
    let step: Int
    let losses: [Int64]
    let opening: Digest
    let trace: [TraceSegment]

    /// Reads `snapshot.json`; nil if it is of other inputs.
    init?(_ snapshot: Artifact, of inputs: LocalRound.Inputs) throws(MalformedInput) {
        var fields = try JSONFields(
            JSON(parsing: snapshot.member("snapshot.json")), of: "snapshot.json")
        guard try fields.digest("inputs") == inputs.digest else { return nil }
        let steps = Int64(inputs.assignment.steps)
        step = Int(try fields.integer("step", in: 0...steps))
        losses = try fields.integers("loss_micronats", in: 0...stepLimit)
        opening = try fields.digest("opening")
        var trace: [TraceSegment] = []
        for segment in try fields.array("trace", limit: Int(steps)) {
            try trace.append(following: TraceSegment(segment))
        }
        self.trace = trace
        try fields.finish()
        let committed = step - (step < Int(steps) ? step % inputs.run.round.segmentSteps : 0)
        guard trace.steps == committed else {
            throw .field(
                "trace", expected: "segments of \(committed) steps", found: "\(trace.steps)")
        }
        guard trace.last.map({ $0.closing == opening }) ?? true else {
            throw .field("opening", expected: "the last closing root", found: opening.hex)
        }
        guard losses.count == step else {
            throw .field("loss_micronats", expected: "\(step) losses", found: "\(losses.count)")
        }
    }
}

extension LocalRound.Inputs {
    /// What a snapshot must match to be this round's.
    var digest: Digest {
        var words = [
            "nous-tools snapshot v1", run.digest.hex, base.digest.hex, worker.base58,
            assignment.digest.hex, state?.digest.hex ?? "fresh",
        ]
        if arithmetic != .exact { words.append(arithmetic.rawValue) }
        return Digest(hashing: Array(words.joined(separator: "\n").utf8))
    }
}
