import Artifacts
import Storage

/// Cuts the token stream of one split into rows and the rows into shards.
///
/// Row i holds the tokens from i·T to (i + 1)·T, both included: each row repeats the last token of
/// the one before, so that every token but the first can be predicted exactly once.
struct RowPacker: SplitPacker {
    private var assembler: ShardAssembler
    private var pending: [UInt32] = []
    private var documents: [DocumentRecord] = []

    init(_ assembler: ShardAssembler) {
        self.assembler = assembler
    }

    private var settings: PackSettings { assembler.settings }

    mutating func add(
        _ document: Document, digest: Digest, tokens: [UInt32], write: (Artifact) throws -> Void
    ) throws {
        documents.append(assembler.record(document, digest: digest, tokens: tokens.count))
        pending += tokens
        while pending.count > settings.effectiveShardRows * settings.sequenceLength {
            try writeShard(rows: settings.effectiveShardRows, write)
        }
    }

    /// Writes the last shard; the tokens that fill no row are dropped.
    mutating func finish(write: (Artifact) throws -> Void) throws -> SplitSummary {
        let rows = max(0, pending.count - 1) / settings.sequenceLength
        if rows > 0 { try writeShard(rows: rows, write) }
        // One pending token ends the last row; with no row at all every token is dropped.
        assembler.summary.droppedTokens = pending.count - (assembler.summary.rows > 0 ? 1 : 0)
        return assembler.finish()
    }

    private mutating func writeShard(rows count: Int, _ write: (Artifact) throws -> Void) throws {
        let (length, first) = (settings.sequenceLength, assembler.summary.rows)
        var rows = assembler.makeRows()
        for row in 0..<count { rows.append(pending[row * length...(row + 1) * length]) }
        if settings.hasSegments {
            rows.segments = try RowSegments(
                first: first, count: count, length: length, documents: documents)
        }
        pending.removeFirst(count * length)
        // Up to the last token, which begins the next row as well.
        let end = (first + count) * length
        try assembler.write(
            rows, documents.filter { $0.span.lowerBound <= end }, to: write)
        documents.removeAll { $0.span.upperBound <= end }
    }
}
