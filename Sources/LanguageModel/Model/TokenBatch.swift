/// B sequences of T tokens, one after the other, with the tokens that follow each.
struct TokenBatch {
    /// The tokens read, B·T.
    let inputs: [UInt32]
    /// The tokens to predict, B·T, or none.
    let targets: [UInt32]
    /// B.
    let sequences: Int
    /// Which targets count, B·T; nil if all do.
    let predictions: [Bool]?
    /// Where attention begins anew within a sequence; nil if it does nowhere.
    let segmentation: Segmentation?

    /// One text to read.
    init(inputs: [UInt32], _ configuration: ModelConfiguration) {
        self.init(inputs, targets: [], sequences: 1, configuration)
    }

    /// Sequences of one length.
    private init(_ rows: ArraySlice<TokenSequence>, _ configuration: ModelConfiguration) {
        let resets = rows.contains { $0.resetsAttention && $0.segments != nil }
        self.init(
            rows.flatMap(\.inputs), targets: rows.flatMap(\.targets), sequences: rows.count,
            predictions: rows.contains { $0.segments != nil }
                ? rows.flatMap(\.predictions) : nil,
            segmentation: resets ? Segmentation(rows.map(\.attentionRuns)) : nil, configuration)
    }

    private init(
        _ inputs: [UInt32], targets: [UInt32], sequences: Int, predictions: [Bool]? = nil,
        segmentation: Segmentation? = nil, _ configuration: ModelConfiguration
    ) {
        precondition(
            [inputs, targets].joined().allSatisfy { $0 < configuration.vocabularySize },
            "a token is outside the vocabulary")
        precondition(!inputs.isEmpty, "there are no tokens")
        self.inputs = inputs
        self.targets = targets
        self.sequences = sequences
        self.predictions = predictions
        self.segmentation = segmentation
    }

    /// T.
    var tokens: Int { inputs.count / sequences }

    func attentionShape(_ model: ModelConfiguration) -> AttentionShape {
        AttentionShape(
            sequences: sequences, tokens: tokens, heads: model.headCount,
            groups: model.keyValueHeadCount, headSize: model.headSize)
    }

    /// The losses of the targets that count, of those of all.
    func predicted(_ losses: [Float]) -> [Float] {
        guard let predictions else { return losses }
        return zip(losses, predictions).compactMap { $1 ? $0 : nil }
    }

    /// Cuts sequences into batches of at most `size`; a change of T cuts too.
    static func batches(
        of sequences: [TokenSequence], size: Int, _ configuration: ModelConfiguration
    ) -> [TokenBatch] {
        precondition(size > 0, "a micro-batch has at least one sequence")
        var batches: [TokenBatch] = []
        var start = 0
        while start < sequences.count {
            let length = sequences[start].tokens.count
            let group = sequences[start..<min(sequences.count, start + size)]
                .prefix { $0.tokens.count == length }
            batches.append(TokenBatch(group, configuration))
            start += group.count
        }
        return batches
    }
}
