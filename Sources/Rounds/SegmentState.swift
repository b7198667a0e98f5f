package import Artifacts
package import Encodings
package import Identity
package import LanguageModel
package import Numerics
package import Storage

/// What a worker had before a segment of a round, but for the residual, which stays the same
/// within a round: the answer to an auditor's challenge.
///
/// Specified in docs/formats/segment-state.md.
package struct SegmentState: Sendable {
    /// Which state of which worker it is.
    package let place: Place
    /// The weights, in layout order.
    package let parameters: WeightStorage
    /// The optimizer's first moment, in layout order.
    package let firstMoment: FloatStorage
    /// The optimizer's second moment, in layout order.
    package let secondMoment: FloatStorage

    /// A state of the given parts.
    package init(
        _ place: Place, parameters: WeightStorage, firstMoment: FloatStorage,
        secondMoment: FloatStorage
    ) {
        self.place = place
        self.parameters = parameters
        self.firstMoment = firstMoment
        self.secondMoment = secondMoment
    }

    fileprivate static let description = "segment.json"
    private static let tensors = "segment.safetensors"
    private static let prefixes = ["parameters.", "first_moment.", "second_moment."]

    /// Reads a state of the given layout, the weights into memory of the precision.
    package init(
        _ artifact: Artifact, layout: ParameterLayout, precision: Precision
    ) throws(MalformedInput) {
        try artifact.expectMembers([Self.description, Self.tensors])
        place = try Place(parsing: artifact.member(Self.description))
        var taken = artifact
        if artifact.sink(Self.tensors) == nil {
            let memory = Memory(layout, precision: precision)
            taken = artifact.passed(to: SegmentState.sinks(layout, into: memory))
        }
        guard let sink = taken.sink(Self.tensors) as? TensorFileSink,
            case let buffers = try sink.buffers(), buffers.count == 3,
            case .float32(let first) = buffers[1], case .float32(let second) = buffers[2]
        else {
            throw MalformedInput("expected weights and two moments", in: Self.tensors)
        }
        parameters = buffers[0]
        firstMoment = first
        secondMoment = second
    }

    /// Takes the buffers of a state while it is read, in `memory` of the layout; a file that is
    /// refused may have changed that.
    package static func sinks(_ layout: ParameterLayout, into memory: Memory) -> MemberSinks {
        MemberSinks { path, size, _ in
            guard path == tensors else { return nil }
            return TensorFileSink(
                path, size: size, into: zip(prefixes, memory.buffers).map { ($0, $1) },
                layout: layout, writing: true)
        }
    }

    /// The state as a bundle, which shares the state's memory.
    package func artifact(layout: ParameterLayout) -> Artifact {
        let memory = Memory(
            parameters: parameters, firstMoment: firstMoment, secondMoment: secondMoment)
        return Artifact(
            kind: .segmentState,
            contents: [
                (Self.description, MemberContents(place.json.prettyBytes())),
                (
                    Self.tensors,
                    TensorFile.contents(
                        zip(Self.prefixes, memory.buffers).map { ($0, $1) }, layout: layout)
                ),
            ])
    }
}

extension SegmentState {
    /// What a state is read into.
    package struct Memory: Sendable {
        /// The weights, in layout order.
        package let parameters: WeightStorage
        /// The optimizer's first moment, in layout order.
        package let firstMoment: FloatStorage
        /// The optimizer's second moment, in layout order.
        package let secondMoment: FloatStorage

        /// Memory of the given parts.
        package init(
            parameters: WeightStorage, firstMoment: FloatStorage, secondMoment: FloatStorage
        ) {
            self.parameters = parameters
            self.firstMoment = firstMoment
            self.secondMoment = secondMoment
        }

        /// New memory, for weights of the precision.
        package init(_ layout: ParameterLayout, precision: Precision) {
            parameters =
                switch precision {
                case .float32: .float32(FloatStorage(count: layout.count))
                case .bfloat16: .bfloat16(BFloat16Storage(count: layout.count))
                }
            firstMoment = FloatStorage(count: layout.count)
            secondMoment = FloatStorage(count: layout.count)
        }

        fileprivate var buffers: [WeightStorage] {
            [parameters, .float32(firstMoment), .float32(secondMoment)]
        }
    }

    /// Which state of which worker a file holds, as it says itself.
    package struct Place: Sendable, Equatable {
        /// The run's digest.
        package let run: Digest
        /// Whose state it is.
        package let worker: PublicKey
        /// The round.
        package let round: Int
        /// The segment that begins with it, from 1.
        package let segment: Int
        /// The state's root.
        package let root: Digest

        /// The place of the given parts.
        package init(run: Digest, worker: PublicKey, round: Int, segment: Int, root: Digest) {
            self.run = run
            self.worker = worker
            self.round = round
            self.segment = segment
            self.root = root
        }

        /// The most bytes in the member that says it.
        package static let sizeLimit = 4096

        /// Reads the member `segment.json`.
        package init(parsing bytes: [UInt8]) throws(MalformedInput) {
            let limits = JSONLimits(bytes: Place.sizeLimit, depth: 1)
            var fields = try JSONFields(
                JSON(parsing: bytes, limits: limits), of: SegmentState.description)
            run = try fields.digest("run")
            worker = try fields.publicKey("worker")
            round = Int(try fields.integer("round", in: 1...Int64(UInt32.max)))
            segment = Int(try fields.integer("segment", in: 2...Int64(Contribution.stepLimit)))
            root = try fields.digest("root")
            try fields.finish()
        }

        var json: JSON {
            [
                "run": run.json,
                "worker": worker.json,
                "round": .integer(Int64(round)),
                "segment": .integer(Int64(segment)),
                "root": root.json,
            ]
        }
    }

    /// The limits of a state of a model: three buffers of floats, and a little for the format.
    package static func limits(_ layout: ParameterLayout) -> ArtifactLimits {
        let format = SafetensorsHeader.maximumLength + Place.sizeLimit
        return .totalSize(UInt64(12 * layout.count + format))
    }
}
