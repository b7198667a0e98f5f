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
    /// The outer optimizer's momentum, in layout order; none before the first outer step with
    /// momentum.
    package let outerMomentum: FloatStorage?
    /// The bytes of `tokenizer.json`.
    package let tokenizer: [UInt8]
    /// The token that ends a document, if the tokenizer has one.
    package let endToken: Int?
    /// Where the checkpoint comes from.
    package let lineage: Lineage
    /// The digest of the checkpoint's manifest.
    package let digest: Digest

    /// A checkpoint of the given contents.
    package init(
        configuration: ModelConfiguration, parameters: FloatStorage,
        outerMomentum: FloatStorage?, tokenizer: [UInt8], endToken: Int?, lineage: Lineage
    ) {
        self.configuration = configuration
        layout = ParameterLayout(configuration)
        self.parameters = parameters
        self.outerMomentum = outerMomentum
        self.tokenizer = tokenizer
        self.endToken = endToken
        self.lineage = lineage
        digest =
            Checkpoint.artifact(
                configuration, layout, parameters, outerMomentum, tokenizer, endToken, lineage
            ).digest
    }

    /// Reads a checkpoint, refusing wrong shapes and numbers that are not finite.
    package init(_ artifact: Artifact) throws(MalformedInput) {
        try artifact.expectMembers(Checkpoint.memberPaths, optional: ["outer.safetensors"])
        let config = try JSON(parsing: artifact.member("config.json"))
        configuration = try ModelConfiguration(huggingFace: config)
        endToken = config["eos_token_id"]?.integer.map { Int($0) }
        layout = ParameterLayout(configuration)
        parameters = try TensorFile.decode(
            artifact.member("model.safetensors"), layout: layout, named: "model.safetensors")
        if let outer = artifact.optionalMember("outer.safetensors") {
            outerMomentum = try TensorFile.decode(
                outer, layout: layout, named: "outer.safetensors")
        } else {
            outerMomentum = nil
        }
        tokenizer = try artifact.member("tokenizer.json")
        lineage = try Lineage(parsing: artifact.member("lineage.json"))
        digest = artifact.digest
    }

    /// The checkpoint as a bundle.
    package var artifact: Artifact {
        Checkpoint.artifact(
            configuration, layout, parameters, outerMomentum, tokenizer, endToken, lineage)
    }

    private static let memberPaths = [
        "config.json", "generation_config.json", "lineage.json", "model.safetensors",
        "tokenizer.json",
    ]

    private static func artifact(
        _ configuration: ModelConfiguration, _ layout: ParameterLayout,
        _ parameters: FloatStorage, _ outerMomentum: FloatStorage?, _ tokenizer: [UInt8],
        _ endToken: Int?, _ lineage: Lineage
    ) -> Artifact {
        let config = configuration.huggingFaceConfig(
            beginningToken: endToken, endToken: endToken)
        let token = endToken.map { JSON.integer(Int64($0)) } ?? .null
        let generation: JSON = ["bos_token_id": token, "eos_token_id": token]
        var members: [(path: String, contents: MemberContents)] = [
            ("config.json", MemberContents(config.prettyBytes())),
            ("generation_config.json", MemberContents(generation.prettyBytes())),
            ("lineage.json", MemberContents(lineage.json.prettyBytes())),
            ("model.safetensors", TensorFile.contents(parameters, layout: layout)),
            ("tokenizer.json", MemberContents(tokenizer)),
        ]
        if let outerMomentum {
            members.append(
                ("outer.safetensors", TensorFile.contents(outerMomentum, layout: layout)))
        }
        return Artifact(kind: .checkpoint, contents: members)
    }
}
