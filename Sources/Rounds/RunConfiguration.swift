package import Encodings
package import LanguageModel
package import Optimization
package import Storage
import UpdateCodec

/// Everything that decides the bits and the money of a run; the meaning of `run.yaml`.
///
/// Specified in docs/formats/run.md.
package struct RunConfiguration: Sendable {
    /// SHA-256 of the run file's bytes: the identity every artifact of the run names.
    package let digest: Digest
    /// The run's name, for people.
    package let name: String
    /// How weights, activations and products are computed.
    package let arithmetic: ArithmeticClass
    /// The model's shape.
    package let model: ModelConfiguration
    /// SHA-256 of `tokenizer.json`.
    package let tokenizer: Digest
    /// The data trained and evaluated on.
    package let data: DataSettings
    /// Seed of the initial weights and of the order of the data.
    package let seed: UInt64
    /// What a worker does in a round.
    package let optimizer: OptimizerSettings
    /// The learning rate by global step.
    package let schedule: LearningRateSchedule
    /// The work of one round.
    package let round: RoundSettings
    /// How an update is compressed.
    package let codec: CodecSettings
    /// How updates become one pseudo-gradient.
    package let merge: MergeSettings
    /// How a pseudo-gradient becomes the next checkpoint.
    package let outer: OuterSettings
    /// What the work pays.
    package let reward: RewardSettings
    /// How much of the work is replayed.
    package let verification: VerificationSettings
    /// What contributions count for that were not made in exact arithmetic; none are taken if nil.
    package let tolerant: TolerantSettings?

    /// Reads the run from the value of its file; `digest` is that of the file's bytes.
    package init(_ json: JSON, digest: Digest) throws(MalformedInput) {
        let completed = try Method.complete(json)
        var fields = try JSONFields(completed, of: "run")
        try fields.constant("nous-tools", "run v1")
        self.digest = digest
        // A name fits a line of the ledger and of a terminal.
        name = try fields.value(
            "name", expected: "a string of 1 to 64 bytes without control characters"
        ) { value in
            value.string.flatMap { name in
                let printable = name.utf8.allSatisfy { $0 >= 32 && $0 != 127 }
                return (1...64).contains(name.utf8.count) && printable ? name : nil
            }
        }
        arithmetic = try ArithmeticClass(section: fields.fields("arithmetic"))
        model = try RunConfiguration.model(fields.object("model"))
        tokenizer = try fields.digest("tokenizer")
        data = try DataSettings(fields.fields("data"))
        seed = UInt64(try fields.integer("seed", in: 0...Int64.max))
        optimizer = try OptimizerSettings(fields.fields("optimizer"))
        schedule = try RunConfiguration.schedule(fields.fields("schedule"))
        round = try RoundSettings(fields.fields("round"))
        codec = try CodecSettings(fields.fields("codec"))
        merge =
            completed["merge"] == nil
            ? .amongStrangers : try MergeSettings(fields.fields("merge"))
        outer = try OuterSettings(fields.fields("outer"))
        reward = try RewardSettings(fields.fields("reward"))
        verification =
            completed["verification"] == nil
            ? .everything : try VerificationSettings(fields.fields("verification"))
        tolerant =
            completed["tolerant"] == nil
            ? nil : try TolerantSettings(fields.fields("tolerant"))
        try fields.finish()
        try checkTolerance()
        guard data.sequenceLength <= model.longestSequence else {
            throw .field(
                "data.sequence_length",
                expected: "at most the model's longest sequence (\(model.longestSequence))",
                found: "\(data.sequenceLength)")
        }
        guard round.batch * data.sequenceLength <= RoundSettings.stepTokensLimit else {
            throw .field(
                "round.batch",
                expected: "at most \(RoundSettings.stepTokensLimit) tokens a step",
                found: "\(round.batch) sequences of \(data.sequenceLength)")
        }
    }

    /// The learning rate of the whole round, for what is done once a round.
    package func roundRate(_ round: Int) -> Float {
        schedule.rate(at: (round - 1) * self.round.steps)
    }

    /// The `model` section has the keys of a Hugging Face `config.json`; it is a Llama unless
    /// `model_type` says otherwise, which decides `architectures` too.
    private static func model(_ members: [JSONMember]) throws(MalformedInput) -> ModelConfiguration
    {
        let kind = JSON.object(members)["model_type"]?.string
        let family = kind.flatMap { ModelFamily(rawValue: $0) } ?? .llama
        var implied = [
            JSONMember(key: "architectures", value: [.string(family.architecture)])
        ]
        if kind == nil {
            implied.append(JSONMember(key: "model_type", value: .string(family.rawValue)))
        }
        return try ModelConfiguration(huggingFace: .object(implied + members))
    }

    private static func schedule(
        _ section: JSONFields
    ) throws(MalformedInput) -> LearningRateSchedule {
        var fields = section
        let kind = try fields.value("kind", expected: scheduleKinds.joined(separator: ", ")) {
            $0.string.flatMap { scheduleKinds.contains($0) ? $0 : nil }
        }
        let peak = try fields.number("peak", in: 0...1)
        let warmup = Int(try fields.integer("warmup_steps", in: 0...stepLimit))
        guard kind != "constant" else {
            try fields.finish()
            return LearningRateSchedule(.constant, peak: peak, warmupSteps: warmup)
        }
        let total = Int(try fields.integer("total_steps", in: 1...stepLimit))
        let final = try fields.number("final_fraction", in: 0...1)
        let shape: LearningRateSchedule.Shape
        switch kind {
        case "linear": shape = .linear
        case "cosine": shape = .cosine
        default:
            let decay = Int(try fields.integer("decay_steps", in: 1...Int64(total)))
            shape = .warmupStableDecay(decaySteps: decay)
        }
        try fields.finish()
        return LearningRateSchedule(
            shape, peak: peak, warmupSteps: warmup, totalSteps: total, finalFraction: final)
    }

    private static let scheduleKinds = ["constant", "linear", "cosine", "warmup-stable-decay"]
}

/// The largest step or round number in any file of ours.
package let stepLimit: Int64 = 1 << 40
