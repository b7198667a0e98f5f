import Artifacts
import CommandLineTool
import Encodings
import Identity
import LanguageModel
import Numerics
import Rounds
import RunFiles
import Storage
import TrainShapes
import UpdateCodec

/// A base and any number of contributions to it, made cheaply: a few updates of random values,
/// each claimed and signed by many workers.
struct MergeInputs {
    let run: RunConfiguration
    private let file: [UInt8]

    /// Distinct updates.
    private static let updateCount = 4

    /// Inputs under the run file `path` with another model, codec density and merge rule.
    init(
        run path: String, shape: TrainShape, rule: JSON, keep: Int64 = 64, values: String = "sign"
    ) throws {
        var value = try YAML.parse(try Files.read(path: path, limit: YAML.sizeLimit))
        value["model"] = try shape.configuration.huggingFaceConfig(
            beginningToken: nil, endToken: nil
        ).without("architectures", "bos_token_id", "eos_token_id", "torch_dtype", "dtype")
        value["data"]?["sequence_length"] = 128
        value["codec"]?["chunk"] = 4_096
        value["codec"]?["keep"] = .integer(keep)
        value["codec"]?["values"] = .string(values)
        for member in rule.object ?? [] { value["merge"]?[member.key] = member.value }
        file = value.prettyBytes()
        run = try RunConfiguration(value, digest: Digest(hashing: file))
    }

    /// The file of contribution `number`.
    static func file(_ directory: String, _ number: Int) -> String {
        "\(directory)/\(number).contribution"
    }

    /// Writes the run file, a base of random weights and `count` contributions.
    func write(contributions count: Int, to directory: String) throws {
        try Files.makeDirectory(directory)
        try Files.writeAtomically(path: "\(directory)/run.yaml", file)
        let base = self.base
        try Operand.write(base.artifact, to: "\(directory)/base")
        for first in 0..<min(count, MergeInputs.updateCount) {
            let update = update(first, base.layout)
            for number in stride(from: first, to: count, by: MergeInputs.updateCount) {
                try Operand.write(
                    artifact(number, update, base), to: MergeInputs.file(directory, number))
            }
        }
    }

    /// One contribution.
    func contribution() -> Artifact {
        let base = self.base
        return artifact(0, update(0, base.layout), base)
    }

    private var base: Checkpoint {
        Checkpoint(
            configuration: run.model,
            parameters: MergeInputs.values(ParameterLayout(run.model).count, seed: 1),
            outerMomentum: nil, tokenizer: Array("{}".utf8), endToken: nil,
            lineage: Lineage(run: run.digest, round: 0, parent: nil, contributions: []))
    }

    private func update(_ number: Int, _ layout: ParameterLayout) -> [EncodedTensor] {
        let values = MergeInputs.values(layout.count, seed: UInt64(2 + number)).view
        let arithmetic = Arithmetic(threads: 1)
        return layout.tensors.map {
            run.codec.codec.encode(values[$0.range], shape: $0.shape, arithmetic)
        }
    }

    private func artifact(
        _ number: Int, _ update: [EncodedTensor], _ base: Checkpoint
    ) -> Artifact {
        let key = SigningKey(seed: Digest(hashing: Array("\(number)".utf8)).bytes)
        let contribution = Contribution(
            claim: claim(number, key.publicKey, base), trace: MergeInputs.trace, update: update)
        var artifact = contribution.artifact(layout: base.layout, codec: run.codec.codec)
        artifact.sign(with: key)
        return artifact
    }

    private static let state = Digest(hashing: [])
    private static let trace = [
        TraceSegment(firstStep: 0, steps: 1, opening: state, closing: state)
    ]

    private func claim(_ number: Int, _ worker: PublicKey, _ base: Checkpoint) -> Claim {
        Claim(
            run: run.digest, round: 1, base: base.digest, worker: worker,
            assignment: MergeInputs.state, data: run.data.root, arithmetic: run.arithmetic,
            steps: 1, tokens: 1_000 + number, losses: [1], stateBefore: nil,
            stateAfter: MergeInputs.state)
    }

    /// Random weights of no particular distribution.
    private static func values(_ count: Int, seed: UInt64) -> FloatStorage {
        let values = FloatStorage(count: count)
        let view = values.view
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        for index in 0..<count {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            view[index] = (Float(state >> 40) * 0x1p-24 - 0.5) * 0.01
        }
        return values
    }
}

extension JSON {
    /// The member of an object.
    fileprivate subscript(key: String) -> JSON? {
        get { object?.first { $0.key == key }?.value }
        set {
            var members = (object ?? []).filter { $0.key != key }
            if let newValue { members.append(JSONMember(key: key, value: newValue)) }
            self = .object(members)
        }
    }

    /// An object without some of its members.
    fileprivate func without(_ keys: String...) -> JSON {
        .object((object ?? []).filter { !keys.contains($0.key) })
    }
}
