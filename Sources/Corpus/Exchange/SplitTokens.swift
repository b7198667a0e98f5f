/// The tokens of one split in order, each once, with the ends of its documents.
struct SplitTokens {
    let reader: CorpusReader
    let split: Split

    private var summary: CorpusSummary { reader.file.summary }

    /// How many there are: those of the stream that are in rows.
    var count: Int {
        let listed = summary[split]
        guard listed.rows > 0 else { return 0 }
        return summary.settings.packing == .bestFit
            ? listed.tokens - listed.droppedTokens
            : listed.rows * summary.settings.sequenceLength + 1
    }

    /// What tokens are handed to: parts that belong to one document each, and whether it ends.
    typealias Handler = (_ tokens: ArraySlice<UInt32>, _ endsDocument: Bool) throws -> Void

    /// Hands out the tokens.
    func forEachPart(_ body: Handler) throws {
        for number in summary[split].shards.indices {
            let shard = try reader.shard(number, of: split)
            if summary.settings.packing == .bestFit {
                try forEachPiece(of: shard, body)
            } else {
                try forEachPart(ofStream: shard, body)
            }
        }
    }

    /// The documents of rows of a stream; the last one ends with the last row, be it whole or not.
    private func forEachPart(ofStream shard: Shard, _ body: Handler) throws {
        let length = summary.settings.sequenceLength
        var documents = shard.documents[...]
        for row in 0..<shard.rows.count {
            let index = shard.firstRow + row
            // But for the first, rows begin with the last token of the row before.
            var position = index == 0 ? 0 : index * length + 1
            let end = (index + 1) * length + 1
            var tokens = shard.rows.row(row).suffix(end - position)
            while position < end {
                while let first = documents.first, first.span.upperBound <= position {
                    documents = documents.dropFirst()
                }
                let documentEnd = documents.first?.span.upperBound ?? end
                let part = tokens.prefix(documentEnd - position)
                tokens = tokens.dropFirst(part.count)
                position += part.count
                let isLast = index == summary[split].rows - 1 && position == end
                try body(part, position == documentEnd || isLast)
            }
        }
    }

    /// The documents that rows were filled with, each piece of one that was cut as a document.
    private func forEachPiece(of shard: Shard, _ body: Handler) throws {
        for row in 0..<shard.rows.count {
            var rest = shard.rows.row(row)[...]
            for segment in shard.rows.segments?.row(row) ?? [] {
                let document = shard.documents[shard.documents.place(of: segment.position)]
                // A piece that goes on repeats the last token of the piece before.
                let repeated = segment.position > document.span.lowerBound ? 1 : 0
                try body(rest.prefix(segment.length).dropFirst(repeated), true)
                rest = rest.dropFirst(segment.length)
            }
        }
    }
}
