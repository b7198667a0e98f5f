/// How much of its activations a training step holds at once; no choice changes a bit.
package struct ActivationPlan: Sendable, Equatable {
    /// Sequences computed at a time.
    package var microBatch: Int
    /// The last layers, whose activations are kept until their backward pass.
    ///
    /// Those of the layers before are computed again from the layer's input. At least one; any
    /// number from all on is all.
    package var keptLayers: Int
    /// Tokens whose logits exist at once; if nil, as many as `defaultLogitRows`.
    package var logitRows: Int?

    /// A plan that keeps every layer unless told otherwise.
    package init(microBatch: Int, keptLayers: Int = .max, logitRows: Int? = nil) {
        precondition(microBatch > 0, "a micro-batch has at least one sequence")
        precondition(keptLayers > 0, "the last layer is always kept")
        precondition(logitRows.map { $0 > 0 } ?? true, "logits of at least one token")
        self.microBatch = microBatch
        self.keptLayers = keptLayers
        self.logitRows = logitRows
    }

    /// About 8 MiB of logits, from 256 to 1,024 tokens.
    package static func defaultLogitRows(vocabularySize V: Int) -> Int {
        max(256, min(1_024, (1 << 21) / V))
    }
}

/// What a forward pass is for, which decides what it leaves behind.
enum ForwardPurpose: Equatable {
    /// Losses or logits: one layer's memory serves all layers.
    case losses
    /// Generation: every layer keeps its keys and values.
    case generation
    /// A backward pass over layers of which the last `keptLayers` keep their activations.
    case training(keptLayers: Int)
}

/// The floats every buffer of a pass takes: `Activations` allocates by it, `MemoryPlan` adds it up.
struct ActivationSizes: Equatable {
    let shape: AttentionShape
    let purpose: ForwardPurpose
    /// Layers of the model, L.
    let layers: Int
    /// Layers that have activations of their own; those before share the first one's.
    let layerBuffers: Int
    /// Matrices `[N, C]` of the residual stream.
    let residualBuffers: Int
    /// Tokens whose logits exist at once.
    let logitRows: Int
    /// Elements of a row of queries, keys and values.
    let attentionInput: Int
    /// Width of the residual stream, C.
    let hidden: Int
    /// Width of the feed-forward layer, F.
    let intermediate: Int
    /// Entries of the vocabulary, V.
    let vocabulary: Int
    /// Pieces attention is cut into, each with working memory.
    let slots: Int

    init(
        _ model: ModelConfiguration, _ shape: AttentionShape, _ purpose: ForwardPurpose,
        logitRows: Int? = nil, slots: Int
    ) {
        self.shape = shape
        self.purpose = purpose
        layers = model.layerCount
        let rows = shape.sequences * shape.tokens
        switch purpose {
        case .losses: (layerBuffers, residualBuffers) = (1, 1)
        case .generation: (layerBuffers, residualBuffers) = (layers, 1)
        case .training(let keptLayers):
            (layerBuffers, residualBuffers) = (max(1, min(keptLayers, layers)), layers + 1)
        }
        let wanted =
            logitRows ?? ActivationPlan.defaultLogitRows(vocabularySize: model.vocabularySize)
        self.logitRows = purpose == .generation ? 0 : min(rows, wanted)
        attentionInput = model.attentionInputSize
        hidden = model.hiddenSize
        intermediate = model.intermediateSize
        vocabulary = model.vocabularySize
        self.slots = slots
    }

    /// N = B·T.
    var rows: Int { shape.sequences * shape.tokens }

    /// Whether a backward pass follows.
    var trains: Bool { if case .training = purpose { true } else { false } }

    /// The buffer that holds the activations of layer `layer`.
    func buffer(of layer: Int) -> Int { max(0, layer - (layers - layerBuffers)) }

    /// Whether the activations of layer `layer` are computed again before its backward pass.
    func isRecomputed(_ layer: Int) -> Bool { trains && layer < layers - layerBuffers }

    /// One layer's activations.
    var layer: Int {
        rows * (attentionInput + shape.outputSize + hidden + 2 * intermediate)
            + shape.statisticsCount
    }

    /// Attention's working memory.
    var attentionScratch: Int { slots * shape.scratchCount }

    /// Memory that the phases of a pass use one after the other: logits; SwiGLU's output and its
    /// gradient; attention's working memory and the gradients of its inputs and outputs.
    var workspace: Int {
        let gates = (trains ? 2 : 1) * (rows * intermediate).roundedUpToLines
        let attention =
            attentionScratch.roundedUpToLines
            + (trains
                ? (rows * attentionInput).roundedUpToLines + rows * shape.outputSize : 0)
        return max(logitRows * vocabulary, gates, attention)
    }

    /// Norms' outputs and, in training, the gradients of those and of the residual stream.
    var streams: Int { rows * (hidden * (trains ? 3 : 1) + 2) }

    /// Everything together.
    var total: Int {
        layerBuffers * layer + residualBuffers * rows * hidden + workspace + streams
    }
}

extension Int {
    /// The next multiple of sixteen floats, a cache line.
    var roundedUpToLines: Int { (self + 15) & ~15 }
}
