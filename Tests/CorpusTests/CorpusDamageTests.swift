import Artifacts
import Corpus
import Encodings
import Foundation
import Storage
import Testing

@Suite("Damaged corpora")
struct CorpusDamageTests {
    private func with(_ body: (CorpusFixtures, TokenizedCorpus) throws -> Void) throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try fixtures.pack(CorpusFixtures.texts(40), into: "c", shardRows: 5)
        try body(fixtures, TokenizedCorpus.read(fixtures.path("c")))
    }

    private func shardPath(_ corpus: TokenizedCorpus, _ index: Int) -> String {
        "c/shards/\(corpus.summary.train.shards[index].digest.hex).tar.zst"
    }

    private func expectRefusal(
        _ fixtures: CorpusFixtures, naming text: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: MalformedInput.self, sourceLocation: sourceLocation) {
            try TokenizedCorpus.read(fixtures.path("c"))
        }
        let message = error?.description ?? ""
        #expect(message.contains(text), "\(message)", sourceLocation: sourceLocation)
    }

    @Test("are refused for any flipped byte of a shard, with its name")
    func flippedBytes() throws {
        try with { fixtures, corpus in
            let path = shardPath(corpus, 1)
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: fixtures.path(path))))
            for index in stride(from: 0, to: bytes.count, by: 29) {
                var flipped = bytes
                flipped[index] ^= 0x10
                try fixtures.write(flipped, to: path)
                expectRefusal(fixtures, naming: path)
            }
        }
    }

    @Test("are refused at once where a shard is a named pipe, which nobody may ever write to")
    func namedPipe() throws {
        try with { fixtures, corpus in
            let path = shardPath(corpus, 1)
            try fixtures.shell("rm \(path); mkfifo \(path)")
            expectRefusal(fixtures, naming: "\(path): expected an ordinary file")
        }
    }

    @Test("are refused with a shard exchanged for another")
    func exchanged() throws {
        try with { fixtures, corpus in
            try fixtures.shell("cp \(shardPath(corpus, 0)) \(shardPath(corpus, 1))")
            expectRefusal(fixtures, naming: "expected the artifact")
        }
    }

    @Test("are refused with a shard missing")
    func missing() throws {
        try with { fixtures, corpus in
            try fixtures.shell("rm \(shardPath(corpus, 2))")
            #expect(throws: SystemFailure.self) {
                try TokenizedCorpus.read(fixtures.path("c"))
            }
        }
    }

    /// Rewrites corpus.json with one part of its text replaced.
    private func rewriteSummary(
        _ fixtures: CorpusFixtures, _ corpus: TokenizedCorpus, _ text: String, _ other: String,
        tokenizer: [UInt8]? = nil
    ) throws {
        let summary = String(decoding: corpus.summary.json.canonicalBytes(), as: UTF8.self)
        #expect(summary.contains(text))
        let artifact = Artifact(
            kind: .corpus,
            members: [
                ("corpus.json", Array((summary.replacing(text, with: other) + "\n").utf8)),
                ("tokenizer.json", tokenizer ?? corpus.tokenizerJSON),
            ])
        try fixtures.write(artifact.fileBytes(), to: "c/corpus.tar.zst")
    }

    @Test("are refused with a root that is not that of the rows")
    func wrongRoot() throws {
        try with { fixtures, corpus in
            let other = Digest(hashing: [1]).hex
            try rewriteSummary(fixtures, corpus, corpus.dataRoot.hex, other)
            expectRefusal(fixtures, naming: "train root: expected \(other)")
        }
    }

    @Test("are refused with another tokenizer")
    func wrongTokenizer() throws {
        try with { fixtures, corpus in
            try rewriteSummary(
                fixtures, corpus, "corpus", "corpus", tokenizer: corpus.tokenizerJSON + [0x20])
            expectRefusal(fixtures, naming: "field 'tokenizer'")
        }
    }

    @Test("are refused where the summary contradicts the shards")
    func summary() throws {
        try with { fixtures, corpus in
            try rewriteSummary(fixtures, corpus, "\"sequence_length\":16", "\"sequence_length\":15")
            expectRefusal(fixtures, naming: "tokens in a row: expected 16, found 17")
            try rewriteSummary(fixtures, corpus, "\"rows\":5}", "\"rows\":4}")
            expectRefusal(fixtures, naming: "rows: expected 4, found 5")
            try rewriteSummary(
                fixtures, corpus, "\"vocabulary_size\":280", "\"vocabulary_size\":281")
            expectRefusal(fixtures, naming: "vocabulary_size")
        }
    }

    @Test("are refused as artifacts of another kind")
    func wrongKind() throws {
        try with { fixtures, corpus in
            let artifact = Artifact(
                kind: .checkpoint, members: [("corpus.json", []), ("tokenizer.json", [])])
            try fixtures.write(artifact.fileBytes(), to: "c/corpus.tar.zst")
            expectRefusal(fixtures, naming: "corpus.tar.zst")
        }
    }

    /// Replaces the first shard by one whose tokens were changed, with digests that fit.
    private func rewriteShard(
        _ fixtures: CorpusFixtures, _ corpus: TokenizedCorpus,
        _ change: (inout [UInt16]) -> Void
    ) throws {
        let shard = corpus.shards(of: .train)[0]
        let old = shard.artifact()
        let reader = try SafetensorsReader(old.member("tokens.safetensors"))
        var tokens = try reader.elements(named: "tokens", as: UInt16.self)
        change(&tokens)
        let offsets = try reader.elements(named: "document_offsets", as: UInt64.self)
        let file = SafetensorsWriter.encode(
            tensors: [
                SafetensorsWriter.tensor("tokens", shape: [5, 17], tokens),
                SafetensorsWriter.tensor("document_offsets", shape: [offsets.count], offsets),
            ], metadata: reader.metadata)
        let new = Artifact(
            kind: .shard,
            members: [
                ("tokens.safetensors", file),
                ("documents.jsonl", try old.member("documents.jsonl")),
            ])
        try fixtures.write(new.fileBytes(), to: "c/shards/\(new.digest.hex).tar.zst")
        try rewriteSummary(fixtures, corpus, old.digest.hex, new.digest.hex)
    }

    @Test("are refused with a token outside the vocabulary, row named")
    func tokenOutside() throws {
        try with { fixtures, corpus in
            try rewriteShard(fixtures, corpus) { $0[3 * 17 + 4] = 280 }
            expectRefusal(fixtures, naming: "row 3: token 280 is not below the vocabulary size 280")
        }
    }

    @Test("are refused where a row does not go on from the row before, row named")
    func brokenOverlap() throws {
        try with { fixtures, corpus in
            try rewriteShard(fixtures, corpus) { $0[2 * 17] ^= 1 }
            expectRefusal(fixtures, naming: "row 2: expected to begin with token")
        }
    }

    @Test("are refused where only a token changed, by the root")
    func changedToken() throws {
        try with { fixtures, corpus in
            try rewriteShard(fixtures, corpus) { $0[2 * 17 + 5] ^= 1 }
            expectRefusal(fixtures, naming: "train root")
        }
    }
}
