package import Artifacts
package import Encodings
package import Storage
package import Tokenization

/// Turns documents into the shards and the summary of a corpus, document by document.
///
/// The shards depend on the documents and their order, the tokenizer and the settings, and on
/// nothing else.
package struct CorpusPacker {
    private let settings: PackSettings
    private let tokenizerDigest: Digest
    private let vocabularySize: Int
    /// The tokens around each document.
    package let marks: DocumentMarks
    private let encoding: ParallelEncoding
    private var train: any SplitPacker
    private var heldOut: any SplitPacker

    /// A packer that has seen no document.
    ///
    /// `digest` is that of the tokenizer's file. Without `marks` documents end with the tokenizer's
    /// end of text, and a tokenizer that has none is refused.
    package init(
        tokenizer: Tokenizer, digest: Digest, settings: PackSettings, marks: DocumentMarks? = nil,
        threads: Int = 1
    ) throws(MalformedInput) {
        self.settings = settings
        if let marks {
            self.marks = marks
        } else {
            self.marks = try Self.standardMarks(tokenizer)
        }
        tokenizerDigest = digest
        vocabularySize = tokenizer.vocabularySize
        encoding = ParallelEncoding(tokenizer, threads: threads)
        let packer = { (split: Split) in
            ShardAssembler(
                split: split, settings: settings, tokenizer: digest,
                vocabularySize: tokenizer.vocabularySize
            ).makePacker()
        }
        train = packer(.train)
        heldOut = packer(.heldOut)
    }

    private static func standardMarks(_ tokenizer: Tokenizer) throws(MalformedInput)
        -> DocumentMarks
    {
        guard let endOfText = tokenizer.endOfText else {
            throw MalformedInput("no special token '\(Tokenizer.endOfTextName)'", in: "tokenizer")
        }
        return DocumentMarks(beginning: nil, end: endOfText)
    }

    /// Adds a document and hands the shards that fill up to `write`, now or with a later document.
    package mutating func add(
        _ document: Document, write: (Artifact) throws -> Void
    ) throws {
        let encoding = encoding
        try encoding.add(document) { try pack($0, $1, write) }
    }

    private mutating func pack(
        _ document: Document, _ encoded: [UInt32], _ write: (Artifact) throws -> Void
    ) throws {
        var tokens: [UInt32] = []
        tokens.reserveCapacity(encoded.count + 2)
        if let beginning = marks.beginning { tokens.append(beginning) }
        tokens += encoded
        if let end = marks.end { tokens.append(end) }
        // A tokenizer may make nothing of a text.
        guard !tokens.isEmpty else { return }
        try add(document, tokens: tokens, write: write)
    }

    /// The same with all the document's tokens in the stream, whatever it would be encoded to.
    package mutating func add(
        _ document: Document, tokens: [UInt32], write: (Artifact) throws -> Void
    ) throws {
        let digest = Digest(hashing: document.bytes)
        if settings.heldOut.holdsOut(digest) {
            try heldOut.add(document, digest: digest, tokens: tokens, write: write)
        } else {
            try train.add(document, digest: digest, tokens: tokens, write: write)
        }
    }

    /// Hands the last shards to `write` and sums up; data without a row to train on are refused.
    package mutating func finish(
        input: IngestionCounts, write: (Artifact) throws -> Void
    ) throws -> CorpusSummary {
        let encoding = encoding
        try encoding.finish { try pack($0, $1, write) }
        let summary = CorpusSummary(
            tokenizer: tokenizerDigest, vocabularySize: vocabularySize, settings: settings,
            marks: marks, input: input, train: try train.finish(write: write),
            heldOut: try heldOut.finish(write: write))
        guard summary.train.rows > 0 else {
            throw MalformedInput(
                "no row to train on: \(summary.train.tokens) tokens in \(summary.train.documents)"
                    + " documents, and a row takes \(settings.sequenceLength + 1)")
        }
        return summary
    }
}
