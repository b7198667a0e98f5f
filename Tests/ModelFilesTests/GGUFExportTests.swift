import Encodings
import LanguageModel
import ModelFiles
import Rounds
import SampleRound
import Storage
import Testing

/// A checkpoint as a GGUF file.
@Suite("GGUF export") struct GGUFExportTests {
    private func file(
        _ model: SampleModel, _ format: GGUFFormat = .float32, parameters: [Float]? = nil
    ) throws -> GGUFReader {
        var sink = MemorySink()
        try ModelExport(model.checkpoint(parameters)).writeGGUF(to: &sink, format: format)
        return GGUFReader(sink.bytes)
    }

    @Test("the keys say what the model is")
    func keys() throws {
        let file = try file(SampleModel())
        let expected: [String: GGUFReader.Value] = [
            "general.architecture": .string("llama"),
            "general.type": .string("model"),
            "general.file_type": .integer(0),
            "general.quantization_version": .integer(2),
            "llama.vocab_size": .integer(288),
            "llama.context_length": .integer(64),
            "llama.embedding_length": .integer(32),
            "llama.block_count": .integer(2),
            "llama.feed_forward_length": .integer(64),
            "llama.attention.head_count": .integer(4),
            "llama.attention.head_count_kv": .integer(2),
            "llama.attention.key_length": .integer(8),
            "llama.attention.value_length": .integer(8),
            "llama.attention.layer_norm_rms_epsilon": .float(1e-5),
            "llama.rope.dimension_count": .integer(8),
            "llama.rope.freq_base": .float(10_000),
            "tokenizer.ggml.model": .string("gpt2"),
            "tokenizer.ggml.pre": .string("smaug-bpe"),
            "tokenizer.ggml.bos_token_id": .integer(0),
            "tokenizer.ggml.eos_token_id": .integer(0),
            "tokenizer.ggml.add_bos_token": .bool(false),
            "tokenizer.ggml.add_eos_token": .bool(false),
        ]
        let long: Set = [
            "tokenizer.ggml.tokens", "tokenizer.ggml.token_type", "tokenizer.ggml.merges",
        ]
        #expect(file.values.filter { !long.contains($0.key) } == expected)
        #expect(Set(file.keys).count == file.keys.count)
        #expect(long.isSubset(of: file.keys))
    }

    @Test("tensors are those of the model under llama.cpp's names, each at a multiple of 32")
    func tensors() throws {
        let model = try SampleModel(tied: false)
        let file = try file(model)
        #expect(
            file.tensors.map(\.name) == [
                "token_embd.weight", "blk.0.attn_norm.weight", "blk.0.attn_q.weight",
                "blk.0.attn_k.weight", "blk.0.attn_v.weight", "blk.0.attn_output.weight",
                "blk.0.ffn_norm.weight", "blk.0.ffn_gate.weight", "blk.0.ffn_up.weight",
                "blk.0.ffn_down.weight", "blk.1.attn_norm.weight", "blk.1.attn_q.weight",
                "blk.1.attn_k.weight", "blk.1.attn_v.weight", "blk.1.attn_output.weight",
                "blk.1.ffn_norm.weight", "blk.1.ffn_gate.weight", "blk.1.ffn_up.weight",
                "blk.1.ffn_down.weight", "output_norm.weight", "output.weight",
            ])
        var end = 0
        for (tensor, ours) in zip(file.tensors, model.layout.tensors) {
            #expect(tensor.dimensions == ours.shape.reversed())
            #expect(tensor.offset % 32 == 0 && tensor.offset - end < 32 && tensor.offset >= end)
            end = tensor.offset + 4 * ours.range.count
            guard !tensor.name.contains("attn_q"), !tensor.name.contains("attn_k") else { continue }
            #expect(file.floats(tensor.name) == Array(model.parameters[ours.range]))
        }
        #expect(file.bytes.count == file.dataStart + (end + 31) / 32 * 32)
        #expect(!(try self.file(SampleModel())).tensors.contains { $0.name == "output.weight" })
    }

    @Test("the halves of query and key heads are interleaved")
    func interleaving() throws {
        let model = try SampleModel()
        let file = try file(model)
        for (name, heads) in [("q", 4), ("k", 2)] {
            let ours = try #require(
                model.layout.tensors.first {
                    $0.name == "model.layers.1.self_attn.\(name)_proj.weight"
                })
            let rows = stride(from: ours.range.lowerBound, to: ours.range.upperBound, by: 32)
                .map { Array(model.parameters[$0..<$0 + 32]) }
            // Rows 0, 4, 1, 5, 2, 6, 3, 7 of each head of 8.
            let expected = (0..<heads).flatMap { head in
                [0, 4, 1, 5, 2, 6, 3, 7].flatMap { rows[8 * head + $0] }
            }
            #expect(file.floats("blk.1.attn_\(name).weight") == expected)
        }
    }

    @Test(
        "matrices have the type asked for, vectors binary32",
        arguments: zip(GGUFFormat.allCases, [0, 1, 30, 8]))
    func types(format: GGUFFormat, type: Int) throws {
        let file = try file(SampleModel(), format)
        let fileTypes: [GGUFFormat: Int] = [.float32: 0, .float16: 1, .q8: 7, .bfloat16: 32]
        #expect(file.values["general.file_type"] == fileTypes[format].map { .integer($0) })
        for tensor in file.tensors {
            #expect(tensor.type == (tensor.dimensions.count == 1 ? 0 : type), "\(tensor.name)")
        }
    }

    @Test("rows that do not divide into blocks of 32 are binary16 in place of Q8_0")
    func narrowRows() throws {
        let file = try file(SampleModel(intermediateSize: 48), .q8)
        #expect(
            file.tensors.filter { $0.type == 1 }.map(\.name) == [
                "blk.0.ffn_down.weight", "blk.1.ffn_down.weight",
            ])
    }

    @Test("Q8_0 rounds half away from zero by a scale of the largest magnitude")
    func quantization() throws {
        let model = try SampleModel()
        var parameters = model.parameters
        // The scale is 2; 3 and −5 lie midway between two integers' numbers.
        parameters.replaceSubrange(0..<32, with: [Float](repeating: 0, count: 32))
        parameters[0] = 254
        parameters[1] = 3
        parameters[2] = -5
        parameters[3] = 0.99
        parameters[4] = -254
        // A block of zeros, and one whose scale is 0 in binary16.
        parameters.replaceSubrange(32..<96, with: [Float](repeating: 0, count: 64))
        parameters[64] = 0x1p-140
        let data = try file(model, .q8, parameters: parameters).data("token_embd.weight", 102)
        let first: [Int8] = [127, 2, -3, 0, -127] + [Int8](repeating: 0, count: 27)
        #expect(Array(data.prefix(34)) == [0x00, 0x40] + first.map { UInt8(bitPattern: $0) })
        #expect(data.dropFirst(34).allSatisfy { $0 == 0 })
    }

    @Test("a scale that binary16 cannot hold is refused")
    func largeScale() throws {
        let model = try SampleModel()
        var parameters = model.parameters
        parameters[5] = 1e7
        #expect(
            throws: MalformedInput(
                "tensor 'token_embd.weight': 10000000.0 is too large for q8_0")
        ) { _ = try file(model, .q8, parameters: parameters) }
    }

    @Test("the same checkpoint gives the same bytes", arguments: GGUFFormat.allCases)
    func deterministic(format: GGUFFormat) throws {
        let model = try SampleModel()
        #expect(try file(model, format).bytes == file(model, format).bytes)
    }
}
