import Corpus
import Encodings
import Storage
import Testing
import Tokenization

/// Rows of whole documents.
@Suite("Best-fit packing")
struct BestFitPackingTests {
    private func pack(
        _ documents: [Document], length: Int = 16, shardRows: Int = 7, resets: Bool = true,
        marks: DocumentMarks? = nil
    ) throws -> TokenizedCorpus {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try fixtures.pack(
            documents, into: "c", length: length, heldOut: 0, shardRows: shardRows,
            packing: .bestFit, resetsAttention: resets, marks: marks)
        return try TokenizedCorpus.read(fixtures.path("c"))
    }

    private func tokens(_ document: Document) -> [UInt32] {
        CorpusFixtures.tokenizer.encode(document.bytes) + [0]
    }

    private func rows(_ corpus: TokenizedCorpus) -> [PackedRow] {
        (0..<corpus.sequenceCount).map { corpus.row($0, of: .train) }
    }

    /// The texts of the segments of a row.
    private func segments(_ row: PackedRow) -> [[UInt32]] {
        var start = 0
        return (row.segments ?? []).map { length in
            defer { start += length }
            return Array(row.tokens[start..<start + length])
        }
    }

    /// The packing of the pieces of `lengths`, done by looking at every row for each piece.
    private func plainly(_ lengths: [Int], capacity: Int) -> [[Int]] {
        var rows: [[Int]] = []
        // Numbers of rows, the one that got a piece last at the end.
        var recent: [Int] = []
        for length in lengths.sorted(by: >) {
            let spaces = rows.map { capacity - $0.reduce(0, +) }
            var best: Int?
            for row in recent.reversed() where spaces[row] >= length {
                if best.map({ spaces[row] < spaces[$0] }) ?? true { best = row }
            }
            let row = best ?? rows.count
            if best == nil { rows.append([]) }
            rows[row].append(length)
            recent.removeAll { $0 == row }
            recent.append(row)
        }
        return rows
    }

    @Test("is best-fit decreasing", arguments: 1...6)
    func policy(seed: Int) throws {
        let documents = CorpusFixtures.lengths(150, longest: 15, seed: seed)
        let corpus = try pack(documents)
        let lengths = documents.map { tokens($0).count }
        #expect(rows(corpus).map(\.segments) == plainly(lengths, capacity: 17))
    }

    @Test("keeps every document that fits into a row whole, and each once")
    func whole() throws {
        let documents = CorpusFixtures.lengths(200, longest: 15)
        let corpus = try pack(documents)
        let packed = rows(corpus).flatMap(segments)
        func sorted(_ texts: [[UInt32]]) -> [[UInt32]] {
            texts.sorted { $0.lexicographicallyPrecedes($1) }
        }
        #expect(sorted(packed) == sorted(documents.map(tokens)))
        #expect(corpus.summary.train.cutDocuments == 0 && corpus.summary.train.droppedTokens == 0)
    }

    @Test("predicts every token of a document but its first, each once")
    func longDocuments() throws {
        let documents = CorpusFixtures.lengths(40, longest: 90)
        let corpus = try pack(documents)
        let packed = rows(corpus).flatMap(segments)
        for document in documents {
            let tokens = tokens(document)
            let pieces = stride(from: 0, to: tokens.count - 1, by: 16).map {
                Array(tokens[$0..<min(tokens.count, $0 + 17)])
            }
            #expect(pieces.allSatisfy(packed.contains))
            #expect(pieces.flatMap { $0.dropFirst() } == Array(tokens.dropFirst()))
        }
        let summary = corpus.summary.train
        #expect(summary.cutDocuments == documents.count { tokens($0).count > 17 })
        #expect(summary.cutDocuments > 10)
        let predicted = (0..<corpus.sequenceCount).reduce(0) {
            $0 + corpus.predictedCount(ofSequence: $1)
        }
        #expect(predicted == summary.tokens - documents.count)
    }

    @Test("counts padding, which is token 0 at the end of rows")
    func padding() throws {
        let corpus = try pack(CorpusFixtures.lengths(100, longest: 15))
        var padding = 0
        for row in rows(corpus) {
            let filled = try #require(row.segments).reduce(0, +)
            #expect(row.tokens.dropFirst(filled).allSatisfy { $0 == 0 })
            padding += 17 - filled
        }
        #expect(padding > 0)
        for shard in corpus.shards(of: .train) {
            for index in 0..<shard.rows.count {
                let row = shard.rows.packedRow(index)
                #expect(shard.rows.text(index) == segments(row).flatMap { $0 })
            }
        }
        #expect(corpus.summary.train.paddingTokens == padding)
    }

    @Test("gives the same roots however many rows a shard has")
    func shardSizes() throws {
        let documents = CorpusFixtures.lengths(120, longest: 40)
        let small = try pack(documents, shardRows: 1)
        let large = try pack(documents, shardRows: 1000)
        #expect(small.dataRoot == large.dataRoot)
        #expect(rows(small) == rows(large))
        #expect(small.shards(of: .train).count == small.sequenceCount)
    }

    @Test("lists with each shard the documents in its rows")
    func documents() throws {
        let documents = CorpusFixtures.lengths(120, longest: 40)
        let corpus = try pack(documents)
        var sources: Set<String> = []
        for shard in corpus.shards(of: .train) {
            let segments = try #require(shard.rows.segments)
            for segment in segments.all {
                let record = try #require(
                    shard.documents.first { $0.span.contains(segment.position) })
                let document = try #require(documents.first { $0.source == record.source })
                #expect(record.digest == Digest(hashing: document.bytes))
                sources.insert(record.source)
            }
        }
        #expect(sources.count == documents.count)
    }

    @Test("has leaves of the row's tokens and its segments' lengths")
    func leaves() throws {
        let corpus = try pack(CorpusFixtures.lengths(60, longest: 30))
        let leaves = rows(corpus).map { row in
            MerkleTree.leafHash(
                LittleEndian.bytes(of: row.tokens.map { UInt16($0) })
                    + LittleEndian.bytes(of: (row.segments ?? []).map { UInt32($0) }))
        }
        #expect(corpus.dataRoot == MerkleTree.root(ofLeafHashes: leaves))
    }

    @Test("drops documents of one token, which predict nothing")
    func tiny() throws {
        let letters = ["a", "bcd", "e", "fghi"].map { Document(source: $0, bytes: Array($0.utf8)) }
        let corpus = try pack(letters, marks: DocumentMarks(beginning: nil, end: nil))
        #expect(corpus.summary.train.droppedTokens == 2)
        #expect(corpus.summary.train.documents == 4)
        #expect(rows(corpus).flatMap { $0.segments ?? [] } == [4, 3])
    }

    @Test("puts the marks that are asked for around documents")
    func marks() throws {
        let documents = CorpusFixtures.lengths(9, longest: 10)
        for marks in [
            DocumentMarks(beginning: 7, end: nil), DocumentMarks(beginning: 7, end: 0),
            DocumentMarks(beginning: nil, end: nil),
        ] {
            let corpus = try pack(documents, marks: marks)
            let texts = documents.map { document in
                (marks.beginning.map { [$0] } ?? [])
                    + CorpusFixtures.tokenizer.encode(document.bytes)
                    + (marks.end.map { [$0] } ?? [])
            }.filter { $0.count > 1 }
            let packed = rows(corpus).flatMap(segments)
            #expect(packed.count == texts.count && texts.allSatisfy(packed.contains))
            #expect(corpus.summary.marks == marks)
        }
    }

    @Test("streams window by window, each packed by itself")
    func windows() throws {
        // 16 rows of 2^18 tokens are a window; all in one would take 21 rows.
        let documents = (0..<5).map { index in
            Document(
                source: "\(index)", bytes: [UInt8](repeating: UInt8(65 + index), count: 1 << 20))
        }
        let corpus = try pack(documents, length: (1 << 18) - 1, shardRows: 3)
        let summary = corpus.summary.train
        #expect(summary.rows == 22 && summary.cutDocuments == 5)
        #expect(corpus.sequenceCount == summary.rows)
    }
}

/// Rows of a stream that say where documents begin.
@Suite("Rows of a stream with documents")
struct SegmentedStreamTests {
    @Test("have the stream's tokens, and segments where documents begin")
    func stream() throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        let documents = CorpusFixtures.lengths(80, longest: 40)
        let plain = try fixtures.pack(documents, into: "plain", heldOut: 0)
        let summary = try fixtures.pack(
            documents, into: "c", heldOut: 0, shardRows: 4, resetsAttention: true)
        let corpus = try TokenizedCorpus.read(fixtures.path("c"))
        let texts = try TokenizedCorpus.read(fixtures.path("plain"))
        #expect(plain.train.rows == summary.train.rows && plain.train.root != summary.train.root)
        var starts: Set<Int> = [0]
        var end = 0
        for document in documents {
            end += CorpusFixtures.tokenizer.encode(document.bytes).count + 1
            starts.insert(end)
        }
        for index in 0..<corpus.sequenceCount {
            let row = corpus.row(index, of: .train)
            #expect(row.tokens == texts.sequence(index))
            #expect(texts.row(index, of: .train).segments == nil)
            let lengths = try #require(row.segments)
            #expect(lengths.reduce(0, +) == 17)
            var start = index * 16
            for length in lengths {
                #expect(start == index * 16 || starts.contains(start))
                #expect(!(start + 1..<start + length).contains { starts.contains($0) })
                start += length
            }
        }
    }

    @Test("are refused where a row would predict nothing")
    func nothingToPredict() throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        let letters = "abcdefgh".utf8.map { Document(source: "x", bytes: [$0]) }
        let error = #expect(throws: MalformedInput.self) {
            try fixtures.pack(
                letters, into: "c", length: 3, heldOut: 0, resetsAttention: true,
                marks: DocumentMarks(beginning: nil, end: nil))
        }
        #expect(error?.description.contains("row 0: no token goes on") == true)
    }
}
