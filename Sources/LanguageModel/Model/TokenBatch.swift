/// B sequences of T tokens, one after the other, with the tokens that follow each.
struct TokenBatch {
    /// The tokens read, B·T.
    let inputs: [UInt32]
    /// The tokens to predict, B·T, or none.
    let targets: [UInt32]
    /// B.
    let sequences: Int

    init(
        inputs: [UInt32], targets: [UInt32], sequences: Int, _ configuration: ModelConfiguration
    ) {
        precondition(
            [inputs, targets].joined().allSatisfy { $0 < configuration.vocabularySize },
            "a token is outside the vocabulary")
        precondition(!inputs.isEmpty, "there are no tokens")
        self.inputs = inputs
        self.targets = targets
        self.sequences = sequences
    }

    /// T.
    var tokens: Int { inputs.count / sequences }

    func attentionShape(_ model: ModelConfiguration) -> AttentionShape {
        AttentionShape(
            sequences: sequences, tokens: tokens, heads: model.headCount,
            groups: model.keyValueHeadCount, headSize: model.headSize)
    }

    /// Cuts sequences of T + 1 tokens into batches of at most `size`; a change of T cuts too.
    static func batches(
        of sequences: [[UInt32]], size: Int, _ configuration: ModelConfiguration
    ) -> [TokenBatch] {
        precondition(size > 0, "a micro-batch has at least one sequence")
        precondition(sequences.allSatisfy { $0.count > 1 }, "a sequence predicts no token")
        var batches: [TokenBatch] = []
        var start = 0
        while start < sequences.count {
            let length = sequences[start].count
            let group = sequences[start..<min(sequences.count, start + size)]
                .prefix { $0.count == length }
            batches.append(
                TokenBatch(
                    inputs: group.flatMap { $0.dropLast() },
                    targets: group.flatMap { $0.dropFirst() },
                    sequences: group.count, configuration))
            start += group.count
        }
        return batches
    }
}
