import Artifacts
import Encodings
import Glibc
import LanguageModel
import Numerics
import Rounds
import Storage

extension ModelExport {
    /// Makes `directory` a Hugging Face directory of the model, all of it at once.
    ///
    /// A directory that holds the very files already stays as it is; one that holds anything else
    /// is refused with `EEXIST`.
    package func write(directory: String, format: FloatFormat, shardSize: Int) throws {
        let plan = ShardPlan(checkpoint.layout, format: format, limit: shardSize)
        let texts = self.texts(format, plan)
        let names = (texts.map(\.name) + plan.files.map(\.name))
            .sorted { $0.precedesByBytes($1) }
        let existing = try Self.existing(directory)
        guard plan.files.count <= ShardIndex.fileLimit else {
            throw MalformedInput(
                "expected at most \(ShardIndex.fileLimit) files, found \(plan.files.count):"
                    + " give a larger --shard-size")
        }
        guard existing.isEmpty || existing == names else { throw Self.exists(directory) }
        let target = try AtomicDirectory(creating: directory)
        for text in texts {
            try Files.writeAtomically(
                path: Files.join(target.temporary, text.name), text.bytes)
        }
        for file in plan.files {
            try write(file, to: Files.join(target.temporary, file.name), format)
        }
        guard existing.isEmpty else {
            for name in names {
                let (new, old) = (Files.join(target.temporary, name), Files.join(directory, name))
                guard try Files.haveSameBytes(new, old) else { throw Self.exists(directory) }
            }
            return
        }
        try target.commit()
    }

    private static func exists(_ directory: String) -> SystemFailure {
        SystemFailure("create", path: directory, code: EEXIST, role: .output)
    }

    private static func existing(_ directory: String) throws -> [String] {
        switch try Files.kind(directory, followingLinks: true) {
        case nil: return []
        case .directory: return try Files.list(directory)
        default: throw exists(directory)
        }
    }

    /// The small files.
    private func texts(
        _ format: FloatFormat, _ plan: ShardPlan
    ) -> [(name: String, bytes: [UInt8])] {
        let generation = checkpoint.generation
        let config = generation.completing(
            checkpoint.configuration.huggingFaceConfig(
                beginningToken: generation.beginningToken, endToken: generation.endToken))
        var texts: [(name: String, bytes: [UInt8])] = [
            ("config.json", Self.stating(format, in: config).prettyBytes()),
            ("generation_config.json", generation.file.prettyBytes()),
            ("tokenizer.json", checkpoint.tokenizer),
        ]
        if let index = plan.index { texts.append((WeightFiles.index, index.prettyBytes())) }
        return texts
    }

    /// `config` with the type of the numbers in the files.
    private static func stating(_ format: FloatFormat, in config: JSON) -> JSON {
        var members = config.object ?? []
        for index in members.indices where ["torch_dtype", "dtype"].contains(members[index].key) {
            members[index].value = .string(format.rawValue)
        }
        return .object(members)
    }

    private func write(_ file: ShardPlan.File, to path: String, _ format: FloatFormat) throws {
        let outline = SafetensorsOutline(
            file.tensors.enumerated().map { number, tensor in
                (tensor.name, format.safetensorsType, tensor.shape, number)
            }, metadata: [("format", "pt")])
        var output = try AtomicFile(creating: path)
        try output.write(outline.header)
        for entry in outline.entries {
            let tensor = file.tensors[entry.number]
            let view = checkpoint.parameters.view[tensor.range]
            var start = 0
            while start < view.count {
                let end = min(start + Self.chunk, view.count)
                try output.write(narrowed(view[start..<end].array, of: tensor.name, to: format))
                start = end
            }
        }
        try output.commit()
    }

    private func narrowed(
        _ floats: [Float], of tensor: String, to format: FloatFormat
    ) throws(MalformedInput) -> [UInt8] {
        do throws(FloatFormat.OutOfRange) {
            return try format.narrowed(floats)
        } catch {
            throw error.failure(of: tensor, in: format.rawValue)
        }
    }
}
