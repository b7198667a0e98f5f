import Artifacts
import CommandLineTool
import Encodings
import ModelFiles
import ModelMerging
import Numerics
import Rounds
import RunFiles
import Storage

/// Opened models, and the plan by which they become files of one.
struct ModelMerge {
    private let recipe: MergeRecipe
    private let recipeText: [UInt8]
    private let operands: [ModelOperand]
    private let plan: MergePlan
    private let arithmetic: Arithmetic

    /// What the user should know, though it may be meant.
    let warnings: [String]
    /// The name of a request to stop, if there is one.
    var isInterrupted: () -> String? = { nil }
    /// Told of each tensor that is done, and of how many.
    var report: (_ total: Int) -> Void = { _ in }

    /// Plans the merge, so that nothing but the numbers can be refused later.
    init(
        _ recipe: MergeRecipe, text: [UInt8], operands: [ModelOperand], seed: UInt64, threads: Int
    ) throws {
        self.recipe = recipe
        recipeText = text
        self.operands = operands
        let models = operands.map(\.model)
        let names = recipe.models
        var warnings = try MergedConfiguration.differences(
            of: zip(names, models).map { ($0, $1.config) }, from: recipe.pattern)
        let tokenizer = try models[recipe.tokenizer].file("tokenizer.json")
        for (name, model) in zip(names, models) where try model.file("tokenizer.json") != tokenizer
        {
            warnings.append(
                "\(name): tokenizer.json differs from that of '\(names[recipe.tokenizer])', which"
                    + " the merge has")
        }
        self.warnings = warnings
        let outlines = zip(names, models).map { name, model in
            ModelOutline(
                model: name,
                tensors: model.tensors.map {
                    ModelOutline.Tensor(name: $0.name, shape: $0.shape)
                }, tiedHead: model.tiedHead)
        }
        plan = try MergePlan(recipe, outlines: outlines, seed: seed)
        arithmetic = Arithmetic(threads: threads)
    }

    /// Writes a Hugging Face directory, divided as the pattern is unless by `shardSize`.
    func write(directory: String, shardSize: Int?) throws -> Summary {
        let output = try output(
            recipe.numberFormat.flatMap { FloatFormat(rawValue: $0) }, shardSize: shardSize)
        try output.write(directory: directory, numbers: numbers)
        return summary(output)
    }

    /// Writes a checkpoint bundle that belongs to no run; all its weights are in memory at the end.
    func write(checkpoint: String) throws -> Summary {
        let output = try output(.float32, shardSize: .max)
        let directory = try AtomicDirectory(creating: checkpoint)
        try output.write(into: directory.temporary, numbers)
        let merged = try MalformedInput.calling(directory.temporary, checkpoint) {
            let model = try ModelDirectory(path: directory.temporary)
            return Checkpoint(
                configuration: model.configuration, parameters: try model.parameters(),
                outerMomentum: nil, tokenizer: try model.tokenizer(),
                generation: model.generation,
                lineage: Lineage(run: nil, round: 0, parent: nil, contributions: []))
        }
        try Operand.write(merged.artifact, to: checkpoint)
        return summary(output)
    }

    /// The numbers of the plan's tensor `number`.
    private func numbers(_ number: Int) throws -> FloatView {
        if let signal = isInterrupted() {
            throw Failure(.tryAgain, "stopped by \(signal) before the merge was written")
        }
        let tensor = plan.tensors[number]
        let base = try tensor.base.map { try operands[$0.model].numbers(of: $0.name) }
        let inputs = try tensor.inputs.map { try operands[$0.model].numbers(of: $0.name) }
        defer { report(plan.tensors.count) }
        return tensor.merge.merged(inputs, base: base, arithmetic: arithmetic)
    }

    private var models: [StoredModel] { operands.map(\.model) }

    private func output(_ format: FloatFormat?, shardSize: Int?) throws -> ModelOutput {
        let pattern = models[recipe.pattern]
        let known = models.map { model in
            Dictionary(model.tensors.map { ($0.name, $0) }) { first, _ in first }
        }
        let tensors = plan.tensors.map { tensor in
            let source = tensor.base ?? tensor.inputs[0]
            return ModelOutput.Tensor(
                name: tensor.name, shape: tensor.shape,
                format: format ?? known[source.model][source.name]?.format ?? .float32)
        }
        let files = tensors.compactMap { known[recipe.pattern][$0.name]?.file }
        let division: ModelOutput.Division =
            if let shardSize {
                .bySize(shardSize)
            } else if files.count == tensors.count, files.count == pattern.tensors.count {
                .byName(files)
            } else {
                .bySize(5_000_000_000)
            }
        return try ModelOutput(texts: try texts(format), tensors: tensors, division: division)
    }

    /// The files beside the weights: as they are but for what the merge changes.
    private func texts(_ format: FloatFormat?) throws -> [(name: String, bytes: [UInt8])] {
        let pattern = models[recipe.pattern]
        var config = MergedConfiguration.config(pattern.config, of: plan)
        if let format { config = format.stated(in: config) }
        var texts = [
            (
                name: "config.json",
                bytes: config == pattern.config ? pattern.configBytes : config.prettyBytes()
            ), (name: "merge.yaml", bytes: recipeText),
        ]
        let kept =
            [("generation_config.json", pattern)]
            + Self.tokenizerFiles.map { ($0, models[recipe.tokenizer]) }
        for (name, model) in kept {
            if let bytes = try model.file(name) { texts.append((name: name, bytes: bytes)) }
        }
        return texts
    }

    private static let tokenizerFiles = [
        "tokenizer.json", "tokenizer_config.json", "tokenizer.model", "special_tokens_map.json",
        "added_tokens.json", "vocab.json", "merges.txt", "chat_template.jinja",
    ]

    private func summary(_ output: ModelOutput) -> Summary {
        Summary(
            method: recipe.method, models: models.count, tensors: plan.tensors.count,
            parameters: plan.tensors.reduce(0) { $0 + $1.shape.reduce(1, *) },
            bytes: output.byteCount, peakMemory: ProcessMemory.peak())
    }
}

/// What a merge was.
struct Summary {
    let method: ModelMergeMethod
    let models: Int
    let tensors: Int
    let parameters: Int
    let bytes: Int
    let peakMemory: Int

    /// One line for people.
    var text: String {
        "\(method.rawValue) of \(models) models: \(tensors) tensors, \(parameters) parameters,"
            + " \(bytes) bytes; peak memory \(ByteCount.text(peakMemory))"
    }

    /// One object for programs.
    var json: JSON {
        [
            "type": "model-merge", "method": .string(method.rawValue),
            "models": .integer(Int64(models)), "tensors": .integer(Int64(tensors)),
            "parameters": .integer(Int64(parameters)), "bytes": .integer(Int64(bytes)),
            "peak_memory": .integer(Int64(peakMemory)),
        ]
    }
}
