package import Artifacts
package import Encodings
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
        let tensors = TensorFile.contents(
            [
                ("parameters.", parameters), ("first_moment.", .float32(firstMoment)),
                ("second_moment.", .float32(secondMoment)),
            ], layout: inputs.base.layout)
        return Artifact(
            kind: .snapshot,
            contents: [
                ("snapshot.json", MemberContents(description.prettyBytes())),
                ("snapshot.safetensors", tensors),
            ])
    }

    /// Goes on from a snapshot; false, and nothing changes, if it belongs to other inputs.
    package mutating func resume(from snapshot: Artifact) throws(MalformedInput) -> Bool {
        var fields = try JSONFields(
            JSON(parsing: snapshot.member("snapshot.json")), of: "snapshot.json")
        guard try fields.digest("inputs") == inputs.digest else { return false }
        let steps = Int64(inputs.assignment.steps)
        let step = Int(try fields.integer("step", in: 0...steps))
        let losses = try fields.integers("loss_micronats", in: 0...stepLimit)
        let opening = try fields.digest("opening")
        var trace: [TraceSegment] = []
        for segment in try fields.array("trace", limit: Int(steps)) {
            try trace.append(following: TraceSegment(segment))
        }
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
        try TensorFile.decode(
            snapshot.member("snapshot.safetensors"),
            into: [
                ("parameters.", parameters), ("first_moment.", .float32(firstMoment)),
                ("second_moment.", .float32(secondMoment)),
            ], layout: inputs.base.layout, named: "snapshot.safetensors")
        self.step = step
        self.losses = losses
        self.opening = opening
        self.trace = trace
        return true
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
