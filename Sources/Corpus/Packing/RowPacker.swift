import Artifacts
import Storage

/// Cuts the token stream of one split into rows and the rows into shards.
///
/// Row i holds the tokens from i·T to (i + 1)·T, both included: each row repeats the last token of
/// the one before, so that every token but the first is predicted exactly once.
struct RowPacker {
    private let split: Split
    private let settings: PackSettings
    private let tokenizer: Digest
    private let vocabularySize: Int

    private var pending: [UInt32] = []
    private var documents: [DocumentRecord] = []

    /// What went into the stream and what became of it.
    private(set) var summary: SplitSummary

    /// The Merkle leaves of the rows.
    private var leaves: [Digest] = []

    init(split: Split, settings: PackSettings, tokenizer: Digest, vocabularySize: Int) {
        self.split = split
        self.settings = settings
        self.tokenizer = tokenizer
        self.vocabularySize = vocabularySize
        summary = SplitSummary()
    }

    /// Adds a document with its tokens, end of text included, and writes the shards that fill up.
    mutating func add(
        _ document: Document, digest: Digest, tokens: [UInt32], write: (Artifact) throws -> Void
    ) throws {
        documents.append(
            DocumentRecord(
                source: document.source.prefix(bytes: DocumentRecord.longestSource),
                bytes: document.bytes.count, digest: digest,
                span: summary.tokens..<summary.tokens + tokens.count, labels: document.labels))
        pending += tokens
        summary.tokens += tokens.count
        summary.documents += 1
        summary.bytes += document.bytes.count
        while pending.count > settings.effectiveShardRows * settings.sequenceLength {
            try writeShard(rows: settings.effectiveShardRows, write)
        }
    }

    /// Writes the last shard; the tokens that fill no row are dropped.
    mutating func finish(write: (Artifact) throws -> Void) throws -> SplitSummary {
        let rows = max(0, pending.count - 1) / settings.sequenceLength
        if rows > 0 { try writeShard(rows: rows, write) }
        // One pending token ends the last row; with no row at all every token is dropped.
        summary.droppedTokens = pending.count - (summary.rows > 0 ? 1 : 0)
        summary.root = MerkleTree.root(ofLeafHashes: leaves)
        return summary
    }

    private mutating func writeShard(rows count: Int, _ write: (Artifact) throws -> Void) throws {
        let length = settings.sequenceLength
        var rows = TokenRows(rowLength: length + 1, vocabularySize: vocabularySize)
        for row in 0..<count {
            rows.append(pending[row * length...(row + 1) * length])
            leaves.append(rows.leafHash(row))
        }
        pending.removeFirst(count * length)
        // Up to the last token, which begins the next row as well.
        let end = (summary.rows + count) * length
        let shard = Shard(
            split: split, firstRow: summary.rows, rows: rows,
            documents: documents.filter { $0.span.lowerBound <= end }, tokenizer: tokenizer
        ).artifact()
        documents.removeAll { $0.span.upperBound <= end }
        summary.rows += count
        summary.shards.append((shard.digest, count))
        try write(shard)
    }
}

extension String {
    /// The longest beginning of at most `count` bytes that ends between characters.
    fileprivate func prefix(bytes count: Int) -> String {
        guard utf8.count > count else { return self }
        var result = ""
        for scalar in unicodeScalars {
            guard result.utf8.count + UTF8.width(scalar) <= count else { break }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}
