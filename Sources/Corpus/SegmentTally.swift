import Encodings

/// Checks the segments of shards against the documents they are from, shard by shard, and then
/// against what the summary of their split counts.
struct SegmentTally {
    private var positions: [Int] = []
    private var tokens = 0
    private var padding = 0
    private var cutDocuments = 0

    /// Counts the segments of a shard that `check` has let pass.
    mutating func add(_ shard: Shard) {
        guard let segments = shard.rows.segments else { return }
        var filled = 0
        for segment in segments.all {
            let begins = segment.position - shard.document(at: segment.position).span.lowerBound
            // A part that goes on repeats the last token of the part before.
            tokens += segment.length - (begins > 0 ? 1 : 0)
            if begins == shard.rows.rowLength - 1 { cutDocuments += 1 }
            filled += segment.length
            positions.append(segment.position)
        }
        padding += shard.rows.count * shard.rows.rowLength - filled
    }

    /// Checks that no part of a document is in two rows, and none of what is not dropped in none.
    mutating func check(
        _ listed: SplitSummary, of corpus: CorpusSummary
    ) throws(MalformedInput) {
        guard corpus.settings.packing == .bestFit else { return }
        positions.sort()
        if let index = positions.indices.dropFirst().first(where: {
            positions[$0] == positions[$0 - 1]
        }) {
            throw MalformedInput("two segments begin at token \(positions[index])")
        }
        for (name, expected, found) in [
            ("tokens that are not dropped", listed.tokens - listed.droppedTokens, tokens),
            ("padding_tokens", listed.paddingTokens, padding),
            ("cut_documents", listed.cutDocuments, cutDocuments),
        ] where expected != found {
            throw MalformedInput("\(name): expected \(expected), found \(found)")
        }
    }

    /// Checks that a shard has segments exactly if its corpus's rows have, and the right ones.
    static func check(_ shard: Shard, of corpus: CorpusSummary) throws(MalformedInput) {
        guard (shard.rows.segments != nil) == corpus.settings.hasSegments else {
            let expected = corpus.settings.hasSegments ? "segments" : "no segments"
            throw MalformedInput("expected \(expected) of rows, found the contrary")
        }
        guard let segments = shard.rows.segments else { return }
        for row in 0..<segments.rows {
            let isRight =
                corpus.settings.packing == .concatenate
                ? isStream(segments.row(row), row, of: shard)
                : arePieces(segments.row(row), of: shard) && isPadded(row, of: shard)
            guard isRight else {
                throw MalformedInput(
                    "row \(row): the segments or the padding are not what the documents make them")
            }
        }
        guard corpus.settings.packing == .bestFit else { return }
        try checkDocumentsAreUsed(segments, shard)
    }

    /// Whether segments are what documents, one after another, make of row `row` of the shard.
    private static func isStream(
        _ segments: ArraySlice<RowSegments.Segment>, _ row: Int, of shard: Shard
    ) -> Bool {
        let length = shard.rows.rowLength - 1
        let start = (shard.firstRow + row) * length
        let end = start + length + 1
        var next = start
        for segment in segments {
            let document = shard.document(at: next).span
            guard segment.position == next, document.contains(next),
                segment.length == min(end, document.upperBound) - next
            else { return false }
            next += segment.length
        }
        return next == end
    }

    /// Whether segments are whole documents, or the pieces that longer ones are cut into.
    private static func arePieces(
        _ segments: ArraySlice<RowSegments.Segment>, of shard: Shard
    ) -> Bool {
        let length = shard.rows.rowLength - 1
        return segments.allSatisfy { segment in
            let document = shard.document(at: segment.position).span
            return segment.length > 1 && document.contains(segment.position)
                && (segment.position - document.lowerBound).isMultiple(of: length)
                && segment.length == min(length + 1, document.upperBound - segment.position)
        }
    }

    private static func isPadded(_ row: Int, of shard: Shard) -> Bool {
        let filled = shard.rows.segments?.row(row).reduce(0) { $0 + $1.length } ?? 0
        return shard.rows.row(row).dropFirst(filled).allSatisfy { $0 == TokenRows.padding }
    }

    private static func checkDocumentsAreUsed(
        _ segments: RowSegments, _ shard: Shard
    ) throws(MalformedInput) {
        let used = Set(segments.all.map { shard.document(at: $0.position).span.lowerBound })
        var end = 0
        for (line, document) in shard.documents.enumerated() {
            guard document.span.lowerBound >= end, used.contains(document.span.lowerBound) else {
                throw MalformedInput(
                    "line \(line + 1): expected a document of these rows behind the one before",
                    in: "documents.jsonl")
            }
            end = document.span.upperBound
        }
    }
}

extension Shard {
    /// The last document to begin at `position` of the stream or before.
    ///
    /// There is at least one document wherever there are rows, which `Shard` has checked.
    fileprivate func document(at position: Int) -> DocumentRecord {
        documents[documents.place(of: position)]
    }
}
