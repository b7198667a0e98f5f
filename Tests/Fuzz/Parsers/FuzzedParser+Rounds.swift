import Artifacts
import Corpus
import Encodings
import Identity
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Training
import UpdateCodec

extension FuzzedParser {
    /// The claim of a contribution.
    static let claim = FuzzedParser(
        "claim", seeds: { [member("contribution.json")] },
        { bytes in
            let artifact = contribution.changing("contribution.json") { _ in bytes }
            let outline = try ContributionOutline(artifact.manifest, first: bytes)
            expect(outline.digest == artifact.digest, "the digest of the manifest")
            _ = try? read(artifact, formats[0])
        })

    /// The trace of a contribution.
    static let trace = FuzzedParser(
        "trace", seeds: { [member("trace.ndjson")] },
        { bytes in
            let artifact = contribution.changing("trace.ndjson") { _ in bytes }
            try expectOneSpelling(artifact, formats[0])
        })

    /// An update: a byte that chooses the format, and the member.
    static let update = FuzzedParser(
        "update",
        seeds: {
            formats.enumerated().map { number, format in
                let artifact = encoded(format).artifact(layout: layout, codec: format)
                return [UInt8(number)] + (artifact.optionalMember("update.nous") ?? [])
            }
        },
        { bytes in
            let format = formats[Int(bytes.first ?? 0) % formats.count]
            let member = Array(bytes.dropFirst())
            let artifact = contribution.changing("update.nous") { _ in member }
            let update = try expectOneSpelling(artifact, format).update
            for (tensor, encoded) in zip(layout.tensors, update) {
                let values = FloatView(count: tensor.range.count)
                format.decode(encoded, into: values, shape: tensor.shape, arithmetic)
            }
        })

    /// A worker's state: a byte that says which member, and the member.
    static let state = FuzzedParser(
        "state", seeds: { seeds(stateArtifact, ["state.json", "state.safetensors"]) },
        { bytes in
            let artifact = replacing(stateArtifact, ["state.json", "state.safetensors"], bytes)
            let state = try WorkerState(artifact, layout: layout)
            let written = state.artifact(layout: layout)
            expect(
                try WorkerState(written, layout: layout).artifact(layout: layout) == written,
                "one state")
        })

    /// The progress of a round that was interrupted.
    static let snapshot = FuzzedParser(
        "snapshot",
        seeds: { [localRound.snapshot().optionalMember("snapshot.json") ?? []] },
        { bytes in
            var round = localRound
            let snapshot = round.snapshot().changing("snapshot.json") { _ in bytes }
            _ = try round.resume(from: snapshot)
        })

    /// A checkpoint: a byte that says which member, and the member.
    static let checkpoint = FuzzedParser(
        "checkpoint", seeds: { seeds(round.base.artifact, checkpointMembers) },
        { bytes in
            let artifact = replacing(round.base.artifact, checkpointMembers, bytes)
            let checkpoint = try Checkpoint(artifact)
            let written = checkpoint.artifact
            expect(try Checkpoint(written).artifact == written, "one checkpoint")
        })

    private static let checkpointMembers = [
        "config.json", "generation_config.json", "lineage.json", "model.safetensors",
    ]

    /// A round of a model of some hundred parameters, so that inputs are short.
    private static let round: SampleRound = {
        do {
            let run = try SampleRun.run([
                "model.vocab_size": 8, "model.hidden_size": 4, "model.intermediate_size": 4,
                "model.num_hidden_layers": 1, "model.num_attention_heads": 1,
                "model.num_key_value_heads": 1,
            ])
            return SampleRound(run: run, base: SampleRound.initialCheckpoint(run))
        } catch {
            preconditionFailure("the small sample is a run: \(error)")
        }
    }()
    /// The checkpoint of that model.
    static var smallCheckpoint: Checkpoint { round.base }
    private static let layout = round.base.layout
    private static let arithmetic = Arithmetic(threads: 1)
    private static var localRound: LocalRound {
        LocalRound(round.inputs(worker: 2), microBatch: 1, arithmetic: arithmetic)
    }

    private static let stateArtifact: Artifact = {
        let zeros = FloatStorage(count: layout.count)
        return WorkerState(
            run: round.run.digest, worker: SampleRound.keys[0].publicKey, round: 1,
            optimizerSteps: 1, firstMoment: zeros, secondMoment: zeros, residual: zeros
        ).artifact(layout: layout)
    }()

    /// The formats of updates: every way to write values, as elements and as coefficients.
    private static let formats = Transform.allCases.flatMap { transform in
        ValueFormat.allCases.map { values in
            UpdateFormat(
                transform: transform, codec: TensorCodec(chunk: 16, keep: 3, values: values))
        }
    }

    private static let contribution = encoded(formats[0])
        .artifact(layout: layout, codec: formats[0])

    private static func member(_ path: String) -> [UInt8] {
        contribution.optionalMember(path) ?? []
    }

    /// A contribution with some update in `format`.
    private static func encoded(_ format: UpdateFormat) -> Contribution {
        let roots = (0..<3).map { Digest(hashing: [$0]) }
        let digest = roots[0]
        let claim = Claim(
            run: digest, round: 1, base: digest, worker: SampleRound.keys[0].publicKey,
            assignment: digest, data: digest, arithmetic: .exact, steps: 3, tokens: 24,
            losses: [5_000_000, 4_000_000, 1], stateBefore: nil, stateAfter: digest)
        let trace = [
            TraceSegment(firstStep: 0, steps: 2, opening: roots[0], closing: roots[1]),
            TraceSegment(firstStep: 2, steps: 1, opening: roots[1], closing: roots[2]),
        ]
        let update = layout.tensors.map { tensor in
            format.encode(
                FloatView(copying: tensor.range.map { Float($0 % 7) - 2.5 }),
                shape: tensor.shape, arithmetic)
        }
        return Contribution(claim: claim, trace: trace, update: update)
    }

    private static func read(
        _ artifact: Artifact, _ format: UpdateFormat
    ) throws(MalformedInput) -> Contribution {
        try Contribution(artifact, layout: layout, codec: format)
    }

    /// Reads a contribution, and checks that it is written again as it was.
    @discardableResult
    private static func expectOneSpelling(
        _ artifact: Artifact, _ format: UpdateFormat
    ) throws(MalformedInput) -> Contribution {
        let contribution = try read(artifact, format)
        expect(
            contribution.artifact(layout: layout, codec: format) == artifact,
            "one spelling of a contribution")
        return contribution
    }

    private static func seeds(_ artifact: Artifact, _ members: [String]) -> [[UInt8]] {
        members.enumerated().map { [UInt8($0)] + (artifact.optionalMember($1) ?? []) }
    }

    private static func replacing(
        _ artifact: Artifact, _ members: [String], _ bytes: [UInt8]
    ) -> Artifact {
        artifact.changing(members[Int(bytes.first ?? 0) % members.count]) { _ in
            Array(bytes.dropFirst())
        }
    }
}
