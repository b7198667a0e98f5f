import Artifacts
import Corpus
import Encodings
import Foundation
import Storage
import Testing
import Tokenization

@Suite("Packing")
struct CorpusPackingTests {
    private func with(_ body: (CorpusFixtures) throws -> Void) throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try body(fixtures)
    }

    @Test("cuts the stream of documents into rows that overlap by one token")
    func rows() throws {
        try with { fixtures in
            let documents = CorpusFixtures.texts(40)
            try fixtures.pack(documents, into: "c", heldOut: 0)
            let corpus = try TokenizedCorpus.read(fixtures.path("c"))
            let stream: [UInt32] = documents.flatMap {
                CorpusFixtures.tokenizer.encode($0.bytes) + [0]
            }
            #expect(corpus.sequenceCount == (stream.count - 1) / 16)
            for index in 0..<corpus.sequenceCount {
                let expected = stream.dropFirst(index * 16).prefix(17)
                #expect(corpus.sequence(index) == Array(expected))
            }
            #expect(corpus.summary.train.tokens == stream.count)
            #expect(
                corpus.summary.train.droppedTokens == stream.count - corpus.sequenceCount * 16 - 1)
            #expect(corpus.heldOutCount == 0)
            #expect(corpus.heldOutRoot == Digest(hashing: []))
        }
    }

    @Test("gives the same roots however many rows a shard has")
    func shardSizes() throws {
        try with { fixtures in
            let documents = CorpusFixtures.texts(60)
            let small = try fixtures.pack(documents, into: "small", shardRows: 1)
            let large = try fixtures.pack(documents, into: "large", shardRows: 1000)
            #expect(small.train.root == large.train.root)
            #expect(small.heldOut.root == large.heldOut.root)
            #expect(small.train.shards.count == small.train.rows)
            #expect(large.train.shards.count == 1)
            let left = try TokenizedCorpus.read(fixtures.path("small"))
            let right = try TokenizedCorpus.read(fixtures.path("large"))
            for index in 0..<left.sequenceCount {
                #expect(left.sequence(index) == right.sequence(index))
            }
        }
    }

    @Test("has the Merkle root of RFC 6962 over the rows' bytes")
    func root() throws {
        try with { fixtures in
            try fixtures.pack(CorpusFixtures.texts(30), into: "c")
            let corpus = try TokenizedCorpus.read(fixtures.path("c"))
            let leaves = (0..<corpus.sequenceCount).map { index in
                MerkleTree.leafHash(
                    LittleEndian.bytes(of: corpus.sequence(index).map { UInt16($0) }))
            }
            #expect(corpus.dataRoot == MerkleTree.root(ofLeafHashes: leaves))
        }
    }

    @Test("holds out documents by their contents alone")
    func heldOut() throws {
        let rule = HeldOutRule(partsPerMillion: 250_000, seed: 5)
        let documents = CorpusFixtures.texts(2000)
        let held = documents.filter { rule.holdsOut(Digest(hashing: $0.bytes)) }
        #expect((400...600).contains(held.count))
        let none = HeldOutRule(partsPerMillion: 0, seed: 5)
        let all = HeldOutRule(partsPerMillion: 1_000_000, seed: 5)
        #expect(!documents.contains { none.holdsOut(Digest(hashing: $0.bytes)) })
        #expect(documents.allSatisfy { all.holdsOut(Digest(hashing: $0.bytes)) })
    }

    @Test("says of every token which document it is from")
    func provenance() throws {
        try with { fixtures in
            let documents = CorpusFixtures.texts(50)
            try fixtures.pack(documents, into: "c", heldOut: 0, shardRows: 3)
            let corpus = try TokenizedCorpus.read(fixtures.path("c"))
            for shard in corpus.shards(of: .train) {
                for record in shard.documents {
                    let document = try #require(documents.first { $0.source == record.source })
                    #expect(record.digest == Digest(hashing: document.bytes))
                    let packed = record.span.prefix { $0 < corpus.sequenceCount * 16 }
                    let tokens = packed.map { corpus.sequence($0 / 16)[$0 % 16] }
                    let expected = CorpusFixtures.tokenizer.encode(document.bytes) + [0]
                    #expect(tokens == Array(expected.prefix(tokens.count)))
                }
            }
        }
    }

    @Test("changes nothing when done again, and refuses to replace anything else")
    func again() throws {
        try with { fixtures in
            try fixtures.pack(CorpusFixtures.texts(30), into: "c")
            let before = try Data(contentsOf: URL(filePath: fixtures.path("c/corpus.tar.zst")))
            try fixtures.pack(CorpusFixtures.texts(30), into: "c")
            let after = try Data(contentsOf: URL(filePath: fixtures.path("c/corpus.tar.zst")))
            #expect(before == after)
            #expect(throws: SystemFailure.self) {
                try fixtures.pack(CorpusFixtures.texts(31), into: "c")
            }
            try fixtures.write("mine", to: "other/file")
            #expect(throws: SystemFailure.self) {
                try fixtures.pack(CorpusFixtures.texts(30), into: "other")
            }
            let left = try Files.list(fixtures.directory.path)
            #expect(left == ["c", "other"])
        }
    }

    @Test("leaves nothing behind when it fails")
    func failure() throws {
        try with { fixtures in
            #expect(throws: MalformedInput.self) {
                try fixtures.pack(CorpusFixtures.texts(1), into: "c", length: 4096)
            }
            let left = try Files.list(fixtures.directory.path)
            #expect(left.isEmpty)
        }
    }

    @Test("takes four bytes a token only for large vocabularies")
    func width() throws {
        try with { fixtures in
            try fixtures.pack(CorpusFixtures.texts(30), into: "c")
            let corpus = try TokenizedCorpus.read(fixtures.path("c"))
            #expect(corpus.shards(of: .train).allSatisfy { !$0.rows.isWide })
        }
    }
}
