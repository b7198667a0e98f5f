import Artifacts
import Encodings
import Storage

/// The checked shards of one split, addressed by row.
struct ShardSequence: Sendable {
    /// The shards in order.
    let shards: [Shard]

    /// The first row of each shard.
    private let firstRows: [Int]

    /// Reads the shards that a summary lists and checks them against it.
    ///
    /// `shard` gives the artifact of a digest and the path that errors name.
    init(
        _ split: Split, _ listed: SplitSummary, of corpus: CorpusSummary,
        shard: (Digest) throws -> (path: String, artifact: Artifact)
    ) throws {
        var shards: [Shard] = []
        var leaves: [Digest] = []
        var lastToken: UInt32?
        var tally = SegmentTally()
        for (digest, rows) in listed.shards {
            let (path, artifact) = try shard(digest)
            do {
                guard artifact.digest == digest else {
                    throw MalformedInput(
                        "expected the artifact \(digest), found \(artifact.digest)")
                }
                let shard = try Shard(artifact)
                try Self.check(shard, split, rows: rows, firstRow: leaves.count, of: corpus)
                lastToken = try Self.checkTokens(of: shard, after: lastToken, corpus)
                tally.add(shard)
                leaves += (0..<rows).map(shard.rows.leafHash)
                shards.append(shard)
            } catch let error as MalformedInput {
                throw error.within(path)
            }
        }
        guard leaves.count == listed.rows else {
            throw MalformedInput(
                "\(split.rawValue) rows: expected \(listed.rows), found \(leaves.count)")
        }
        let root = MerkleTree.root(ofLeafHashes: leaves)
        guard root == listed.root else {
            throw MalformedInput("\(split.rawValue) root: expected \(listed.root), found \(root)")
        }
        do {
            try tally.check(listed, of: corpus)
        } catch {
            throw error.within(split.rawValue)
        }
        self.shards = shards
        firstRows = shards.map(\.firstRow)
    }

    /// The tokens of a row, which must exist.
    func row(_ index: Int) -> [UInt32] {
        let (rows, place) = place(index)
        return rows.row(place)
    }

    /// A row, which must exist, with its segments.
    func packedRow(_ index: Int) -> PackedRow {
        let (rows, place) = place(index)
        return rows.packedRow(place)
    }

    /// The tokens of a row, which must exist, that are predicted.
    func predictedCount(_ index: Int) -> Int {
        let (rows, place) = place(index)
        return rows.predictedCount(place)
    }

    /// The rows among which row `index` is, and its number there.
    private func place(_ index: Int) -> (rows: TokenRows, place: Int) {
        var low = 0
        var high = firstRows.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if firstRows[middle] <= index { low = middle } else { high = middle }
        }
        return (shards[low].rows, index - firstRows[low])
    }

    /// Checks a shard against what the summary of its corpus says of it.
    static func check(
        _ shard: Shard, _ split: Split, rows: Int, firstRow: Int, of corpus: CorpusSummary
    ) throws(MalformedInput) {
        try expect("split", split.rawValue, shard.split.rawValue)
        try expect("first row", firstRow, shard.firstRow)
        try expect("rows", rows, shard.rows.count)
        try expect("tokens in a row", corpus.settings.sequenceLength + 1, shard.rows.rowLength)
        try expect(
            "bytes of a token",
            corpus.vocabularySize > TokenRows.largestNarrowVocabulary ? 4 : 2,
            shard.rows.isWide ? 4 : 2)
        try expect("tokenizer", corpus.tokenizer, shard.tokenizer)
        if corpus.settings.packing == .concatenate { try checkDocuments(of: shard, corpus) }
        try SegmentTally.check(shard, of: corpus)
    }

    /// Checks that the documents cover the tokens of the rows without gap or overlap.
    private static func checkDocuments(
        of shard: Shard, _ corpus: CorpusSummary
    ) throws(MalformedInput) {
        let length = corpus.settings.sequenceLength
        let tokens = shard.firstRow * length...(shard.firstRow + shard.rows.count) * length
        var end = shard.documents.first?.span.lowerBound ?? Int.max
        var isCovered = end <= tokens.lowerBound
        for document in shard.documents {
            isCovered = isCovered && document.span.lowerBound == end
            end = document.span.upperBound
        }
        guard isCovered, end > tokens.upperBound else {
            throw MalformedInput(
                "the documents do not cover tokens \(tokens)", in: "documents.jsonl")
        }
    }

    private static func expect<Value: Equatable>(
        _ name: String, _ expected: Value, _ found: Value
    ) throws(MalformedInput) {
        guard expected == found else {
            throw MalformedInput("\(name): expected \(expected), found \(found)")
        }
    }

    /// Checks that tokens are in the vocabulary and that each row of a stream goes on where the last
    /// ended.
    static func checkTokens(
        of shard: Shard, after lastToken: UInt32?, _ corpus: CorpusSummary
    ) throws(MalformedInput) -> UInt32? {
        var last = lastToken
        for index in 0..<shard.rows.count {
            let row = shard.rows.row(index)
            if let token = row.first(where: { Int($0) >= corpus.vocabularySize }) {
                throw MalformedInput(
                    "row \(index): token \(token) is not below the vocabulary size"
                        + " \(corpus.vocabularySize)")
            }
            if corpus.settings.packing == .concatenate, let last, last != row[0] {
                throw MalformedInput(
                    "row \(index): expected to begin with token \(last), found \(row[0])")
            }
            last = row.last
        }
        return last
    }
}
