import Artifacts
import Storage

/// Counts the documents of one split, and turns its rows into shards.
struct ShardAssembler {
    let split: Split
    let settings: PackSettings
    let vocabularySize: Int
    private let tokenizer: Digest

    /// What went into the stream and what became of it.
    var summary = SplitSummary()

    /// The tree over the rows so far, folded as they come: memory does not grow with their number.
    private var tree = MerkleFrontier()

    init(split: Split, settings: PackSettings, tokenizer: Digest, vocabularySize: Int) {
        self.split = split
        self.settings = settings
        self.tokenizer = tokenizer
        self.vocabularySize = vocabularySize
    }

    /// The tokens of a row, T + 1.
    var rowLength: Int { settings.sequenceLength + 1 }

    /// No rows.
    func makeRows() -> TokenRows {
        TokenRows(rowLength: rowLength, vocabularySize: vocabularySize)
    }

    /// Counts a document whose tokens, marks included, follow those of the last one.
    mutating func record(_ document: Document, digest: Digest, tokens: Int) -> DocumentRecord {
        let record = DocumentRecord(
            source: document.source.prefix(bytes: DocumentRecord.longestSource),
            bytes: document.bytes.count, digest: digest,
            span: summary.tokens..<summary.tokens + tokens, labels: document.labels)
        summary.tokens += tokens
        summary.documents += 1
        summary.bytes += document.bytes.count
        return record
    }

    /// Writes a shard of some rows and the documents they are from.
    mutating func write(
        _ rows: TokenRows, _ documents: [DocumentRecord], to write: (Artifact) throws -> Void
    ) throws {
        for row in 0..<rows.count { tree.append(rows.leafHash(row)) }
        let shard = Shard(
            split: split, firstRow: summary.rows, rows: rows, documents: documents,
            tokenizer: tokenizer
        ).artifact()
        summary.rows += rows.count
        summary.shards.append((shard.digest, rows.count))
        try write(shard)
    }

    /// The summary with the root over all rows.
    func finish() -> SplitSummary {
        var summary = summary
        summary.root = tree.finish().root
        return summary
    }
}

/// Packs the documents of one split under one policy.
protocol SplitPacker {
    /// Adds a document with its tokens, of which there is at least one, and writes the shards that
    /// fill up.
    mutating func add(
        _ document: Document, digest: Digest, tokens: [UInt32], write: (Artifact) throws -> Void
    ) throws

    /// Writes what is left and sums up.
    mutating func finish(write: (Artifact) throws -> Void) throws -> SplitSummary
}

extension ShardAssembler {
    /// The packer of these settings' policy.
    func makePacker() -> any SplitPacker {
        switch settings.packing {
        case .concatenate: RowPacker(self)
        case .bestFit: BestFitPacker(self)
        }
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
