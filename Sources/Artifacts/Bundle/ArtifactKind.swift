/// What an artifact is, as the first line of its manifest says.
package enum ArtifactKind: String, Sendable, CaseIterable {
    /// A model with its tokenizer, outer optimizer state and lineage.
    case checkpoint
    /// A part of a tokenized corpus.
    case shard
    /// A whole tokenized corpus.
    case corpus
    /// One worker's update of one round.
    case contribution
    /// What a worker needs to go on, and an auditor to replay.
    case workerState = "worker-state"
    /// The state of training in the middle of a round.
    case snapshot
    /// The state before a segment of a round: the answer to an auditor's challenge.
    case segmentState = "segment-state"
}
