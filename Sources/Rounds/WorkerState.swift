package import Artifacts
package import Encodings
package import Identity
package import LanguageModel
package import Numerics
package import Storage

/// What one worker keeps between its rounds, and an auditor needs to replay the next one.
///
/// Specified in docs/formats/worker-state.md.
package struct WorkerState: Sendable {
    /// The run's digest.
    package let run: Digest
    /// Whose state it is.
    package let worker: PublicKey
    /// The last round worked.
    package let round: Int
    /// Inner steps taken since the moments were zero; AdamW's bias correction counts them.
    package let optimizerSteps: Int
    /// AdamW's first moment, in layout order.
    package let firstMoment: FloatStorage
    /// AdamW's second moment, in layout order.
    package let secondMoment: FloatStorage
    /// What compression has withheld so far, in layout order.
    package let residual: FloatStorage

    /// The most parameters whose state a bundle can keep: three buffers in one member.
    package static let parameterLimit =
        (Int(ArtifactLimits.maximumMemberSize) - SafetensorsHeader.maximumLength) / 12

    /// A state of the given parts.
    package init(
        run: Digest, worker: PublicKey, round: Int, optimizerSteps: Int,
        firstMoment: FloatStorage, secondMoment: FloatStorage, residual: FloatStorage
    ) {
        self.run = run
        self.worker = worker
        self.round = round
        self.optimizerSteps = optimizerSteps
        self.firstMoment = firstMoment
        self.secondMoment = secondMoment
        self.residual = residual
    }

    /// The same state in memory of its own.
    package func copy() -> WorkerState {
        WorkerState(
            run: run, worker: worker, round: round, optimizerSteps: optimizerSteps,
            firstMoment: firstMoment.copy(), secondMoment: secondMoment.copy(),
            residual: residual.copy())
    }

    private static let memberPaths = ["state.json", "state.safetensors"]
    private static let prefixes = ["first_moment.", "second_moment.", "residual."]

    /// Reads a state of the given layout.
    package init(_ artifact: Artifact, layout: ParameterLayout) throws(MalformedInput) {
        try artifact.expectMembers(WorkerState.memberPaths)
        var fields = try JSONFields(
            JSON(parsing: artifact.member("state.json"), limits: .record), of: "state.json")
        run = try fields.digest("run")
        worker = try fields.publicKey("worker")
        round = Int(try fields.integer("round", in: 1...Int64(UInt32.max)))
        optimizerSteps = Int(try fields.integer("optimizer_steps", in: 0...stepLimit))
        try fields.finish()
        let buffers = try TensorFile.buffers(
            of: "state.safetensors", in: artifact, prefixes: WorkerState.prefixes, layout: layout)
        firstMoment = buffers[0]
        secondMoment = buffers[1]
        residual = buffers[2]
    }

    /// Takes the buffers of a state while it is read.
    package static func sinks(_ layout: ParameterLayout) -> MemberSinks {
        MemberSinks { path, size, _ in
            guard path == "state.safetensors" else { return nil }
            return TensorFileSink(path, size: size, prefixes: prefixes, layout: layout)
        }
    }

    /// The state as a bundle; its digest is what contributions name.
    package func artifact(layout: ParameterLayout) -> Artifact {
        let description: JSON = [
            "run": run.json,
            "worker": worker.json,
            "round": .integer(Int64(round)),
            "optimizer_steps": .integer(Int64(optimizerSteps)),
        ]
        let tensors = TensorFile.contents(
            [
                (WorkerState.prefixes[0], .float32(firstMoment)),
                (WorkerState.prefixes[1], .float32(secondMoment)),
                (WorkerState.prefixes[2], .float32(residual)),
            ], layout: layout)
        return Artifact(
            kind: .workerState,
            contents: [
                ("state.json", MemberContents(description.prettyBytes())),
                ("state.safetensors", tensors),
            ])
    }
}
