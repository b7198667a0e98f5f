package import Storage

/// What decides the bytes of a corpus besides its documents and its tokenizer.
package struct PackSettings: Sendable, Equatable {
    /// The longest sequence, in predicted tokens.
    package static let maximumSequenceLength = 1 << 20

    /// The most rows of one shard that may be asked for.
    package static let maximumShardRows = 1 << 20

    /// The most tokens one shard holds, if that is at least one row.
    package static let maximumShardTokens = 1 << 26

    /// The tokens a model predicts in one sequence, T; a row holds one more.
    package var sequenceLength: Int
    /// Which documents are held out.
    package var heldOut: HeldOutRule
    /// The most rows in one shard.
    package var shardRows: Int
    /// How documents become rows.
    package var packing: PackingPolicy
    /// Whether a token sees those of its own document alone, at positions counted from its start.
    package var resetsAttention: Bool

    /// Settings within the limits above.
    package init(
        sequenceLength: Int, heldOut: HeldOutRule, shardRows: Int = 8192,
        packing: PackingPolicy = .concatenate, resetsAttention: Bool = false
    ) {
        precondition((1...Self.maximumSequenceLength).contains(sequenceLength), "a length")
        precondition((1...Self.maximumShardRows).contains(shardRows), "a number of rows")
        self.sequenceLength = sequenceLength
        self.heldOut = heldOut
        self.shardRows = shardRows
        self.packing = packing
        self.resetsAttention = resetsAttention
    }

    /// Whether rows say where the documents in them begin and end.
    package var hasSegments: Bool { packing != .concatenate || resetsAttention }

    /// The most rows a shard really gets.
    var effectiveShardRows: Int {
        max(1, min(shardRows, Self.maximumShardTokens / sequenceLength))
    }
}

/// Which documents are kept out of training: a part of all, chosen by a hash of their contents.
///
/// The choice for one document does not depend on any other, so adding documents moves none.
package struct HeldOutRule: Sendable, Equatable {
    /// The part of all documents, in millionths.
    package var partsPerMillion: UInt32
    /// What makes one choice differ from another.
    package var seed: UInt64

    /// A rule that holds out `partsPerMillion`, at most a million, of the documents.
    package init(partsPerMillion: UInt32, seed: UInt64) {
        precondition(partsPerMillion <= 1_000_000, "a part is at most all")
        self.partsPerMillion = partsPerMillion
        self.seed = seed
    }

    /// Whether the document with this SHA-256 digest is held out.
    ///
    /// That is so if SHA-256(seed ‖ digest), read as a fraction of 2^256 and cut to 64 bits, is
    /// below the part.
    package func holdsOut(_ document: Digest) -> Bool {
        let hash = Digest(hashing: seed.bigEndianBytes + document.bytes)
        let leading = hash.bytes[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return leading.multipliedFullWidth(by: 1_000_000).high < UInt64(partsPerMillion)
    }
}
