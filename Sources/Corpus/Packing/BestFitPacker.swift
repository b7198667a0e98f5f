import Artifacts
import Storage

/// Packs whole documents into rows, window after window of the stream.
///
/// A document of more than T + 1 tokens is cut into pieces that overlap by one token, as the rows of
/// a stream do, so that each of its tokens but the first is predicted exactly once.
struct BestFitPacker: SplitPacker {
    /// The tokens of pieces that end a window, unless that is less than `leastWindowRows` rows.
    static let windowTokens = 1 << 22
    static let leastWindowRows = 16

    private var assembler: ShardAssembler
    /// The documents of the window and of the rows not yet written.
    private var documents: [DocumentRecord] = []
    /// The tokens of the window's pieces, one piece after another.
    private var tokens: [UInt32] = []
    /// The pieces of the window.
    private var pieces: [RowSegments.Segment] = []
    private var rows: TokenRows

    init(_ assembler: ShardAssembler) {
        self.assembler = assembler
        rows = assembler.makeRows()
        rows.segments = RowSegments()
    }

    private var windowLimit: Int {
        max(Self.windowTokens, Self.leastWindowRows * assembler.rowLength)
    }

    mutating func add(
        _ document: Document, digest: Digest, tokens: [UInt32], write: (Artifact) throws -> Void
    ) throws {
        let record = assembler.record(document, digest: digest, tokens: tokens.count)
        guard tokens.count > 1 else {
            // It predicts nothing.
            assembler.summary.droppedTokens += 1
            return
        }
        documents.append(record)
        let length = assembler.settings.sequenceLength
        if tokens.count > length + 1 { assembler.summary.cutDocuments += 1 }
        for start in stride(from: 0, to: tokens.count - 1, by: length) {
            let part = tokens[start..<min(tokens.count, start + length + 1)]
            pieces.append(
                .init(length: part.count, position: record.span.lowerBound + start))
            self.tokens += part
            if self.tokens.count >= windowLimit { try packWindow(write) }
        }
    }

    /// Packs the last window and writes the last shard.
    mutating func finish(write: (Artifact) throws -> Void) throws -> SplitSummary {
        try packWindow(write)
        if rows.count > 0 { try writeShard(write) }
        return assembler.finish()
    }

    private mutating func packWindow(_ write: (Artifact) throws -> Void) throws {
        var starts: [Int] = []
        var start = 0
        for piece in pieces {
            starts.append(start)
            start += piece.length
        }
        for row in BestFit.rows(of: pieces.map(\.length), capacity: assembler.rowLength) {
            let filled = row.flatMap { tokens[starts[$0]..<starts[$0] + pieces[$0].length] }
            let padding = assembler.rowLength - filled.count
            rows.append((filled + [UInt32](repeating: TokenRows.padding, count: padding))[...])
            rows.segments?.append(row.map { pieces[$0] })
            assembler.summary.paddingTokens += padding
            if rows.count == assembler.settings.effectiveShardRows { try writeShard(write) }
        }
        tokens.removeAll(keepingCapacity: true)
        pieces.removeAll(keepingCapacity: true)
        forgetDocuments()
    }

    private mutating func writeShard(_ write: (Artifact) throws -> Void) throws {
        try assembler.write(rows, documentsOfRows(), to: write)
        rows = assembler.makeRows()
        rows.segments = RowSegments()
    }

    /// The documents that have tokens in the rows, in order.
    private func documentsOfRows() -> [DocumentRecord] {
        let segments = rows.segments?.all ?? []
        var places = segments.map { documents.place(of: $0.position) }
        places.sort()
        return places.indices.compactMap {
            $0 > 0 && places[$0] == places[$0 - 1] ? nil : documents[places[$0]]
        }
    }

    /// Keeps the documents of rows not yet written, and the last, which may go on.
    private mutating func forgetDocuments() {
        let last = documents.suffix(1)
        documents = documentsOfRows()
        if let record = last.first, documents.last != record { documents.append(record) }
    }
}

extension [DocumentRecord] {
    /// Which of the documents, ordered by their spans, is the last to begin at `position` or before;
    /// the first if none does.
    func place(of position: Int) -> Int {
        var (low, high) = (0, count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if self[middle].span.lowerBound <= position { low = middle } else { high = middle }
        }
        return low
    }
}
