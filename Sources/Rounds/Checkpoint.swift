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
    /// Where the checkpoint comes from.
    package let lineage: Lineage
    /// The digest of the checkpoint's manifest.
    package let digest: Digest

    /// A checkpoint of the given contents.
    package init(
        configuration: ModelConfiguration, parameters: FloatStorage,
        outerMomentum: FloatStorage?, tokenizer: [UInt8], lineage: Lineage
    ) {
        self.configuration = configuration
        layout = ParameterLayout(configuration)
        self.parameters = parameters
        self.outerMomentum = outerMomentum
        self.tokenizer = tokenizer
        self.lineage = lineage
        digest = Checkpoint.artifact(
            configuration, layout, parameters, outerMomentum, tokenizer, lineage
        ).manifest.digest
    }

    /// Reads a checkpoint, refusing wrong shapes and numbers that are not finite.
    package init(_ artifact: Artifact) throws(MalformedInput) {
        guard artifact.manifest.kind == .checkpoint else {
            throw MalformedInput(
                "expected a checkpoint, found a \(artifact.manifest.kind.rawValue)")
        }
        let config = try JSON(parsing: artifact.member("config.json")).within("config.json")
        configuration = try config.configuration
        layout = ParameterLayout(configuration)
        parameters = try TensorFile.decode(
            artifact.member("model.safetensors"), layout: layout, named: "model.safetensors")
        let names = artifact.manifest.entries.map(\.path)
        outerMomentum =
            names.contains("outer.safetensors")
            ? try TensorFile.decode(
                artifact.member("outer.safetensors"), layout: layout, named: "outer.safetensors")
            : nil
        tokenizer = try artifact.member("tokenizer.json")
        lineage = try Lineage(parsing: artifact.member("lineage.json"))
        digest = artifact.manifest.digest
    }

    /// The checkpoint as a bundle.
    package var artifact: Artifact {
        Checkpoint.artifact(
            configuration, layout, parameters, outerMomentum, tokenizer, lineage)
    }

    private static func artifact(
        _ configuration: ModelConfiguration, _ layout: ParameterLayout,
        _ parameters: FloatStorage, _ outerMomentum: FloatStorage?, _ tokenizer: [UInt8],
        _ lineage: Lineage
    ) -> Artifact {
        var members: [(path: String, bytes: [UInt8])] = [
            ("config.json", configuration.huggingFaceConfig().prettyBytes()),
            ("generation_config.json", generationConfig.prettyBytes()),
            ("lineage.json", lineage.json.prettyBytes()),
            ("model.safetensors", TensorFile.encode(parameters, layout: layout)),
            ("tokenizer.json", tokenizer),
        ]
        if let outerMomentum {
            members.append(
                ("outer.safetensors", TensorFile.encode(outerMomentum, layout: layout)))
        }
        return Artifact(kind: .checkpoint, members: members)
    }

    /// Token 0 is `<|endoftext|>` in the tokenizers of this project; it begins and ends documents.
    private static let generationConfig = JSON.object([
        JSONMember(key: "bos_token_id", value: .integer(0)),
        JSONMember(key: "eos_token_id", value: .integer(0)),
    ])
}
