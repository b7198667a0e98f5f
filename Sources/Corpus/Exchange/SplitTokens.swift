/// The tokens of one split in order, each once, with the ends of its documents.
struct SplitTokens {
    let reader: CorpusReader
    let split: Split

    /// How many there are: those of the stream as far as it fills rows.
    var count: Int {
        let rows = reader.file.summary[split].rows
        return rows == 0 ? 0 : rows * reader.file.summary.settings.sequenceLength + 1
    }

    /// Hands out the tokens in parts that belong to one document each.
    ///
    /// The last document ends with the last row, be it whole or not.
    func forEachPart(_ body: (_ tokens: ArraySlice<UInt32>, _ endsDocument: Bool) throws -> Void)
        throws
    {
        let length = reader.file.summary.settings.sequenceLength
        let listed = reader.file.summary[split]
        for number in listed.shards.indices {
            let shard = try reader.shard(number, of: split)
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
                    let isLast = index == listed.rows - 1 && position == end
                    try body(part, position == documentEnd || isLast)
                }
            }
        }
    }
}
