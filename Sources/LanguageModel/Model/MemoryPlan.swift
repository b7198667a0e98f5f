package import Numerics

/// What training takes of the machine's memory, buffer by buffer, and how it was made to fit.
package struct MemoryPlan: Sendable, Equatable {
    /// One use of memory.
    package struct Item: Sendable, Equatable {
        /// What it is, for people.
        package let name: String
        /// Its bytes.
        package let bytes: Int

        /// Names `bytes`.
        package init(_ name: String, bytes: Int) {
            self.name = name
            self.bytes = bytes
        }

        /// Names `floats` floats.
        package init(_ name: String, floats: Int) { self.init(name, bytes: 4 * floats) }
    }

    /// What a step holds at once.
    package let activations: ActivationPlan
    /// Layers whose activations are computed again, of `layerCount`.
    package let recomputedLayers: Int
    /// Layers of the model.
    package let layerCount: Int
    /// Everything in memory while a step runs.
    package let items: [Item]
    /// Bytes at the end of the round, when the step's own memory has been given back.
    package let closingBytes: Int

    /// The most bytes in memory at once.
    package var bytes: Int { max(items.reduce(0) { $0 + $1.bytes }, closingBytes) }
}

/// What is to be trained, from which the memory it takes follows.
package struct MemoryDemand: Sendable {
    /// The model.
    package let model: ModelConfiguration
    /// What weights and activations are rounded to.
    package let precision: Precision
    /// Predicted tokens of a sequence, T.
    package let sequenceLength: Int
    /// Sequences of a step.
    package let batch: Int
    /// What is in memory whatever the plan is: the program, data, parameters, gradient, moments.
    package let fixed: [MemoryPlan.Item]
    /// Bytes needed after the last step beside `fixed`.
    package let closing: Int
    private let slots: @Sendable (AttentionShape) -> Int
    private let products: Int

    /// The demand of training `model` on steps of `batch` sequences of `sequenceLength` tokens.
    package init(
        model: ModelConfiguration, precision: Precision = .float32, sequenceLength: Int,
        batch: Int, fixed: [MemoryPlan.Item], closing: Int = 0, arithmetic: Arithmetic
    ) {
        precondition(sequenceLength > 0 && batch > 0, "a step has tokens")
        self.model = model
        self.precision = precision
        self.sequenceLength = sequenceLength
        self.batch = batch
        self.fixed = fixed
        self.closing = closing
        slots = { $0.slots(arithmetic) }
        products = arithmetic.productWorkspaceLimit(widens: precision == .bfloat16)
    }

    /// Tokens a micro-batch has if memory is plenty: more buys no speed.
    package static let microBatchTokens = 2_048

    /// The memory that `activations` take.
    package func plan(_ activations: ActivationPlan) -> MemoryPlan {
        let microBatch = min(activations.microBatch, batch)
        let shape = AttentionShape(
            sequences: microBatch, tokens: sequenceLength, heads: model.headCount,
            groups: model.keyValueHeadCount, headSize: model.headSize)
        let sizes = ActivationSizes(
            model, shape, .training(keptLayers: activations.keptLayers), precision,
            logitRows: activations.logitRows, slots: slots(shape))
        let lookups =
            model.tiesEmbeddings
            ? LookupGradient.rows(tokens: batch * sequenceLength, model) * model.hiddenSize : 0
        let step: [MemoryPlan.Item] = [
            .init(
                "activations of layers",
                bytes: 4 * sizes.layerBuffers * sizes.layer + sizes.compactBytes),
            .init(
                "residual stream",
                floats: sizes.residualBuffers * sizes.rows * sizes.hidden + sizes.streams),
            .init("workspace", floats: sizes.workspace + products),
            .init("lookups", floats: lookups + (lookups > 0 ? model.vocabularySize : 0)),
            .init("rotation", floats: sequenceLength * model.headSize),
        ]
        return MemoryPlan(
            activations: ActivationPlan(
                microBatch: microBatch, keptLayers: sizes.keptLayers,
                logitRows: sizes.logitRows),
            recomputedLayers: sizes.layers - sizes.keptLayers, layerCount: sizes.layers,
            items: fixed + step, closingBytes: fixed.reduce(closing) { $0 + $1.bytes })
    }

    /// The fastest plan that fits into `budget` bytes; nil if none does.
    ///
    /// First smaller micro-batches, then fewer layers that keep their activations, then fewer
    /// logits at a time. A given `microBatch` stays as it is.
    package func plan(within budget: Int, microBatch: Int? = nil) -> MemoryPlan? {
        for candidate in candidates(microBatch: microBatch) {
            let plan = plan(candidate)
            if plan.bytes <= budget { return plan }
        }
        return nil
    }

    /// The plan that takes least memory.
    package func least(microBatch: Int? = nil) -> MemoryPlan {
        plan(
            ActivationPlan(
                microBatch: min(microBatch ?? 1, batch), keptLayers: 1,
                logitRows: MemoryDemand.leastLogitRows))
    }

    /// Fewer logits at a time save nothing worth their slowness.
    private static let leastLogitRows = 16

    /// Every plan worth trying, the fastest first.
    private func candidates(microBatch: Int?) -> [ActivationPlan] {
        let largest = min(microBatch ?? max(1, Self.microBatchTokens / sequenceLength), batch)
        let sizes = microBatch == nil ? halvings(from: largest, to: 1) : [largest]
        let smallest = sizes[sizes.count - 1]
        let rows = ActivationPlan.defaultLogitRows(vocabularySize: model.vocabularySize)
        return sizes.map { ActivationPlan(microBatch: $0) }
            + (1...model.layerCount).reversed().map {
                ActivationPlan(microBatch: smallest, keptLayers: $0)
            }
            + halvings(from: rows, to: Self.leastLogitRows).map {
                ActivationPlan(microBatch: smallest, keptLayers: 1, logitRows: $0)
            }
    }

    /// `first`, half of it and so on, down to `last`.
    private func halvings(from first: Int, to last: Int) -> [Int] {
        var sizes = [first]
        while let size = sizes.last, size > last { sizes.append(max(last, size / 2)) }
        return sizes
    }
}
