import Artifacts
import Encodings
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Testing

@Suite("Checkpoints") struct CheckpointTests {
    let base = SampleRound.first.base

    /// A checkpoint of a later round, with momentum and a longer lineage.
    var later: Checkpoint {
        let momentum = FloatStorage(count: base.layout.count)
        for index in momentum.view.indices { momentum.view[index] = Float(index) * 0.5 }
        let contributions = [Digest(hashing: [1]), Digest(hashing: [2])].sorted()
        return Checkpoint(
            configuration: base.configuration, parameters: base.parameters,
            outerMomentum: momentum, tokenizer: base.tokenizer, endToken: nil,
            lineage: Lineage(
                run: base.lineage.run, round: 1, parent: base.digest,
                contributions: contributions))
    }

    @Test func readBackEqual() throws {
        for checkpoint in [base, later] {
            let read = try Checkpoint(checkpoint.artifact)
            #expect(read.configuration == checkpoint.configuration)
            #expect(read.layout == checkpoint.layout)
            #expect(read.parameters.view.array == checkpoint.parameters.view.array)
            #expect(read.outerMomentum?.view.array == checkpoint.outerMomentum?.view.array)
            #expect(read.tokenizer == checkpoint.tokenizer)
            #expect(read.endToken == checkpoint.endToken)
            #expect(read.lineage == checkpoint.lineage)
            #expect(read.digest == checkpoint.digest)
            #expect(read.artifact == checkpoint.artifact)
        }
    }

    @Test func survivesItsFile() throws {
        let file = later.artifact.fileBytes()
        #expect(try Artifact.read(bytes: file, expecting: .checkpoint) == later.artifact)
    }

    @Test func haveTheMembersOfAHuggingFaceModel() {
        let members = [
            "config.json", "generation_config.json", "lineage.json", "model.safetensors",
            "tokenizer.json",
        ]
        #expect(base.artifact.paths == members)
        #expect(later.artifact.paths == (members + ["outer.safetensors"]).sorted())
    }

    @Test func everyPartDecidesTheDigest() {
        let weights = FloatStorage(copying: base.parameters.view.array)
        weights.view[0] = weights.view[0].nextUp
        let other = Checkpoint(
            configuration: base.configuration, parameters: weights, outerMomentum: nil,
            tokenizer: base.tokenizer, endToken: base.endToken, lineage: base.lineage)
        #expect(Set([base.digest, other.digest, later.digest]).count == 3)
    }

    @Test(
        "a missing member is refused",
        arguments: ["config.json", "lineage.json", "model.safetensors", "tokenizer.json"])
    func refusesAMissing(member: String) {
        let artifact = base.artifact.changing(member) { _ in nil }
        #expect(refusal { _ = try Checkpoint(artifact) } == "missing member '\(member)'")
    }

    @Test(
        "a lineage that is not as specified is refused",
        arguments: [
            ("\"round\": 0", "\"round\": -1", "expected an integer from 0 to 4294967295"),
            ("\"round\": 0", "\"round\": \"0\"", "expected an integer from 0 to 4294967295"),
            ("\"round\": 0,", "\"round\": 0, \"by\": 1,", "unknown field 'by'"),
            ("\"parent\"", "\"mother\"", "missing field 'parent'"),
            ("\"parent\": null", "\"parent\": \"\"", "digits or null, found \"\""),
            ("[]", "[null]", "expected an array of digests, found an array of 1"),
        ])
    func refusesALineage(old: String, new: String, reason: String) {
        let artifact = base.artifact.replacing(old, by: new, in: "lineage.json")
        let line = refusal { _ = try Checkpoint(artifact) }
        #expect(line?.hasPrefix("lineage.json: ") == true, "\(line ?? "accepted")")
        #expect(line?.contains(reason) == true, "\(line ?? "accepted")")
    }

    @Test(
        "a configuration that would change the arithmetic is refused",
        arguments: [
            ("\"silu\"", "\"gelu\"", "hidden_act"),
            ("\"attention_bias\": false", "\"attention_bias\": true", "attention_bias"),
            ("\"mlp_bias\": false", "\"mlp_bias\": true", "mlp_bias"),
            (
                "\"rope_scaling\": null", "\"rope_scaling\": {\"rope_type\": \"spiral\"}",
                "rope_type"
            ),
            ("\"default\"", "\"spiral\"", "rope_type"),
            ("\"model_type\": \"llama\"", "\"model_type\": \"gpt2\"", "model_type"),
        ])
    func refusesAConfiguration(old: String, new: String, field: String) {
        let artifact = base.artifact.replacing(old, by: new, in: "config.json")
        let line = refusal { _ = try Checkpoint(artifact) }
        #expect(line?.contains("field '\(field)': expected ") == true, "\(line ?? "accepted")")
    }

    @Test(
        "a number that is not finite is refused",
        arguments: [Float.nan, .infinity, -.infinity], ["model.safetensors", "outer.safetensors"])
    func refusesNumbers(number: Float, member: String) {
        let artifact = later.artifact.changing(member) { bytes in
            var changed = bytes
            changed.replaceSubrange(
                bytes.count - 4..<bytes.count, with: LittleEndian.bytes(of: [number]))
            return changed
        }
        #expect(
            refusal { _ = try Checkpoint(artifact) }
                == "\(member): tensor 'model.norm.weight': expected finite numbers")
    }

    @Test(
        "a tensor under another name, of another shape or type is refused",
        arguments: [
            ("\"model.norm.weight\"", "\"model.norm.weighs\"", "model.norm.weight"),
            ("\"shape\":[280,16]", "\"shape\":[16,280]", "model.embed_tokens.weight"),
            ("\"shape\":[280,16]", "\"shape\":[4480]  ", "model.embed_tokens.weight"),
        ])
    func refusesATensor(old: String, new: String, tensor: String) {
        let artifact = base.artifact.changing("model.safetensors") { bytes in
            replace(Array(old.utf8), by: Array(new.utf8), in: bytes)
        }
        let line = refusal { _ = try Checkpoint(artifact) }
        #expect(line?.hasPrefix("model.safetensors: ") == true, "\(line ?? "accepted")")
        #expect(line?.contains("'\(tensor)'") == true, "\(line ?? "accepted")")
    }

    @Test func refusesATensorTooMany() {
        let artifact = base.artifact.changing("model.safetensors") { _ in
            let tensors = base.layout.tensors.map { tensor in
                SafetensorsWriter.tensor(
                    tensor.name, shape: tensor.shape, base.parameters.view[tensor.range].array)
            }
            return SafetensorsWriter.encode(
                tensors: tensors + [SafetensorsWriter.tensor("extra", shape: [1], [Float(1)])])
        }
        let count = base.layout.tensors.count
        #expect(
            refusal { _ = try Checkpoint(artifact) }
                == "model.safetensors: expected \(count) tensors, found \(count + 1)")
    }

    @Test func refusesHalfPrecision() {
        let artifact = base.artifact.changing("model.safetensors") { _ in
            SafetensorsWriter.encode(
                tensors: base.layout.tensors.map { tensor in
                    (
                        name: tensor.name, dtype: .f16, shape: tensor.shape,
                        bytes: [UInt8](repeating: 0, count: 2 * tensor.range.count)
                    )
                })
        }
        #expect(refusal { _ = try Checkpoint(artifact) } != nil)
    }
}

/// `bytes` with the one occurrence of `old` replaced by `new`.
private func replace(_ old: [UInt8], by new: [UInt8], in bytes: [UInt8]) -> [UInt8] {
    guard let range = bytes.firstRange(of: old) else { preconditionFailure("old is there") }
    return Array(bytes[..<range.lowerBound]) + new + bytes[range.upperBound...]
}
