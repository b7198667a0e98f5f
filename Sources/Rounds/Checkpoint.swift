package import Artifacts
package import Encodings
package import LanguageModel
package import Numerics
package import Storage

/// A model between two rounds: the shared starting point of everyone's work.
///
/// Unpacked, it is a Hugging Face model directory. Specified in docs/formats/checkpoint.md.
package struct Checkpoint: Sendable {
    /// The model's shape.
    package let configuration: ModelConfiguration
    /// Where each tensor lies in `parameters`.
    package let layout: ParameterLayout
    /// All weights, in layout order.
    package let parameters: FloatStorage
    /// The outer optimizer's momentum or first moment, in layout order; none before the first
    /// outer step that keeps one.
    package let outerMomentum: FloatStorage?
    /// The second moment of an outer optimizer that keeps one, in layout order.
    package let outerSecondMoment: FloatStorage?
    /// The bytes of `tokenizer.json`.
    package let tokenizer: [UInt8]
    /// What it says about generating text.
    package let generation: GenerationSettings
    /// Where the checkpoint comes from.
    package let lineage: Lineage
    /// The digest of the checkpoint's manifest.
    package let digest: Digest

    /// A checkpoint of the given contents.
    package init(
        configuration: ModelConfiguration, parameters: FloatStorage,
        outerMomentum: FloatStorage?, outerSecondMoment: FloatStorage? = nil,
        tokenizer: [UInt8], generation: GenerationSettings, lineage: Lineage
    ) {
        self.configuration = configuration
        layout = ParameterLayout(configuration)
        self.parameters = parameters
        self.outerMomentum = outerMomentum
        self.outerSecondMoment = outerSecondMoment
        self.tokenizer = tokenizer
        self.generation = generation
        self.lineage = lineage
        digest =
            Checkpoint.artifact(
                configuration, layout, parameters, [outerMomentum, outerSecondMoment], tokenizer,
                generation, lineage
            ).digest
    }

    /// Reads a checkpoint, refusing wrong shapes and numbers that are not finite.
    package init(_ artifact: Artifact) throws(MalformedInput) {
        try artifact.expectMembers(Checkpoint.memberPaths, optional: Checkpoint.outerPaths)
        let config = try JSON(parsing: artifact.member("config.json"), limits: .record)
        configuration = try ModelConfiguration(huggingFace: config)
        generation = try GenerationSettings(
            config: config, generation: artifact.member("generation_config.json"))
        layout = ParameterLayout(configuration)
        parameters = try TensorFile.buffers(
            of: "model.safetensors", in: artifact, layout: layout)[0]
        let layout = layout
        func outer(_ path: String) throws(MalformedInput) -> FloatStorage? {
            guard artifact.paths.contains(path) else { return nil }
            return try TensorFile.buffers(of: path, in: artifact, layout: layout)[0]
        }
        outerMomentum = try outer(Checkpoint.outerPaths[0])
        outerSecondMoment = try outer(Checkpoint.outerPaths[1])
        tokenizer = try artifact.member("tokenizer.json")
        lineage = try Lineage(parsing: artifact.member("lineage.json"))
        digest = artifact.digest
    }

    /// Takes the weights of a checkpoint while it is read.
    package static var sinks: MemberSinks {
        MemberSinks { path, size, earlier in
            guard path.hasSuffix(".safetensors"), let bytes = earlier("config.json"),
                let config = try? JSON(parsing: bytes, limits: .record),
                let model = try? ModelConfiguration(huggingFace: config)
            else { return nil }
            return TensorFileSink(
                path, size: size, prefixes: [""], layout: ParameterLayout(model))
        }
    }

    /// A checkpoint whose texts are parted by one token.
    package init(
        configuration: ModelConfiguration, parameters: FloatStorage,
        outerMomentum: FloatStorage?, tokenizer: [UInt8], endToken: Int?, lineage: Lineage
    ) {
        self.init(
            configuration: configuration, parameters: parameters, outerMomentum: outerMomentum,
            tokenizer: tokenizer, generation: GenerationSettings(endToken: endToken),
            lineage: lineage)
    }

    /// The first token that ends a text, if there is one.
    package var endToken: Int? { generation.endToken }

    /// The checkpoint as a bundle.
    package var artifact: Artifact {
        Checkpoint.artifact(
            configuration, layout, parameters, [outerMomentum, outerSecondMoment], tokenizer,
            generation, lineage)
    }

    private static let memberPaths = [
        "config.json", "generation_config.json", "lineage.json", "model.safetensors",
        "tokenizer.json",
    ]
    private static let outerPaths = ["outer.safetensors", "outer_second.safetensors"]

    private static func artifact(
        _ configuration: ModelConfiguration, _ layout: ParameterLayout,
        _ parameters: FloatStorage, _ outer: [FloatStorage?], _ tokenizer: [UInt8],
        _ generation: GenerationSettings, _ lineage: Lineage
    ) -> Artifact {
        let config = generation.completing(
            configuration.huggingFaceConfig(
                beginningToken: generation.beginningToken, endToken: generation.endToken))
        var members: [(path: String, contents: MemberContents)] = [
            ("config.json", MemberContents(config.prettyBytes())),
            ("generation_config.json", MemberContents(generation.file.prettyBytes())),
            ("lineage.json", MemberContents(lineage.json.prettyBytes())),
            ("model.safetensors", TensorFile.contents(.float32(parameters), layout: layout)),
            ("tokenizer.json", MemberContents(tokenizer)),
        ]
        for (path, values) in zip(outerPaths, outer) {
            guard let values else { continue }
            members.append((path, TensorFile.contents(.float32(values), layout: layout)))
        }
        return Artifact(kind: .checkpoint, contents: members)
    }
}
