import Artifacts
import Corpus
import Encodings
import Storage
import Testing

/// Each field that says which documents are in a row.
@Suite("Damaged segments")
struct SegmentDamageTests {
    /// The members of a shard's tensor file.
    private struct Parts {
        var tokens: [UInt16]
        var rows: Int
        var counts: [UInt32]
        var lengths: [UInt32]
        var positions: [UInt64]
        var hasSegments = true
    }

    /// Packs, changes the first shard so that all digests fit, and gives the reader's error.
    private func refusal(
        _ packing: PackingPolicy = .bestFit, summary: (String, String)? = nil,
        _ change: (inout Parts) -> Void = { _ in }
    ) throws -> String {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try fixtures.pack(
            CorpusFixtures.lengths(90, longest: 40), into: "c", heldOut: 0, shardRows: 1000,
            packing: packing, resetsAttention: true)
        let corpus = try TokenizedCorpus.read(fixtures.path("c"))
        let old = corpus.shards(of: .train)[0].artifact()
        let new = try changed(old, change)
        try fixtures.write(new.fileBytes(), to: "c/shards/\(new.digest.hex).tar.zst")
        var text = String(decoding: corpus.summary.json.canonicalBytes(), as: UTF8.self)
            .replacing(old.digest.hex, with: new.digest.hex)
        if let summary {
            #expect(text.contains(summary.0))
            text = text.replacing(summary.0, with: summary.1)
        }
        let artifact = Artifact(
            kind: .corpus,
            members: [
                ("corpus.json", Array((text + "\n").utf8)),
                ("tokenizer.json", corpus.tokenizerJSON),
            ])
        try fixtures.write(artifact.fileBytes(), to: "c/corpus.tar.zst")
        let error = #expect(throws: MalformedInput.self) {
            try TokenizedCorpus.read(fixtures.path("c"))
        }
        return error?.description ?? ""
    }

    private func changed(_ shard: Artifact, _ change: (inout Parts) -> Void) throws -> Artifact {
        let reader = try SafetensorsReader(shard.member("tokens.safetensors"))
        let shape = try reader.tensor(named: "tokens").shape
        var parts = Parts(
            tokens: try reader.elements(named: "tokens"), rows: shape[0],
            counts: try reader.elements(named: "segment_counts"),
            lengths: try reader.elements(named: "segment_lengths"),
            positions: try reader.elements(named: "segment_positions"))
        change(&parts)
        let offsets = try reader.elements(named: "document_offsets", as: UInt64.self)
        var tensors = [
            SafetensorsWriter.tensor("tokens", shape: shape, parts.tokens),
            SafetensorsWriter.tensor("document_offsets", shape: [offsets.count], offsets),
        ]
        if parts.hasSegments {
            tensors += [
                SafetensorsWriter.tensor(
                    "segment_counts", shape: [parts.counts.count], parts.counts),
                SafetensorsWriter.tensor(
                    "segment_lengths", shape: [parts.lengths.count], parts.lengths),
                SafetensorsWriter.tensor(
                    "segment_positions", shape: [parts.positions.count], parts.positions),
            ]
        }
        let file = SafetensorsWriter.encode(tensors: tensors, metadata: reader.metadata)
        return Artifact(
            kind: .shard,
            members: [
                ("tokens.safetensors", file),
                ("documents.jsonl", try shard.member("documents.jsonl")),
            ])
    }

    @Test("is refused where segments are missing")
    func missing() throws {
        let found = try refusal { $0.hasSegments = false }
        #expect(found.contains("expected segments of rows"), "\(found)")
    }

    @Test("is refused where segments are not expected")
    func unexpected() throws {
        let found = try refusal(
            .concatenate, summary: ("\"reset_attention\":true", "\"reset_attention\":false"))
        #expect(found.contains("expected no segments of rows"), "\(found)")
    }

    @Test("is refused in the number of a row's segments", arguments: [1, -1])
    func counts(change: Int) throws {
        let found = try refusal { $0.counts[2] = UInt32(Int($0.counts[2]) + change) }
        #expect(found.contains("segment_lengths"), "\(found)")
    }

    @Test("is refused in lengths, with the row")
    func lengths() throws {
        let first = try refusal { $0.lengths[0] += 1 }
        #expect(first.contains("row 0: expected segments of at least one token"), "\(first)")
        let last = try refusal { $0.lengths[$0.lengths.count - 1] -= 1 }
        #expect(last.contains("the segments or the padding are not"), "\(last)")
        let none = try refusal { $0.lengths[0] = 0 }
        #expect(none.contains("row 0: expected segments of at least one token"), "\(none)")
    }

    @Test("is refused in positions, with the row")
    func positions() throws {
        let next = try refusal { $0.positions[0] += 1 }
        #expect(next.contains("row 0: the segments or the padding are not"), "\(next)")
        let far = try refusal { $0.positions[0] = .max }
        #expect(far.contains("row 0: expected segments at positions below"), "\(far)")
    }

    @Test("is refused in padding")
    func padding() throws {
        let found = try refusal { parts in
            var (row, first) = (0, 0)
            while parts.lengths[first..<first + Int(parts.counts[row])].reduce(0, +) == 17 {
                first += Int(parts.counts[row])
                row += 1
            }
            parts.tokens[row * 17 + 16] = 1
        }
        #expect(found.contains("the segments or the padding are not"), "\(found)")
    }

    @Test("is refused where one document stands in two rows")
    func twice() throws {
        let found = try refusal { parts in
            // The first two rows are full pieces of long documents.
            parts.positions[1] = parts.positions[0]
        }
        #expect(found.contains("two segments begin") || found.contains("line"), "\(found)")
    }

    @Test("is refused in a stream, where segments are other than the documents")
    func stream() throws {
        let found = try refusal(.concatenate) { parts in
            let row = parts.counts.firstIndex { $0 > 1 } ?? 0
            let first = parts.counts[..<row].reduce(0) { $0 + Int($1) }
            // The second document of the row seems to begin one token earlier.
            parts.lengths[first] -= 1
            parts.lengths[first + 1] += 1
            parts.positions[first + 1] -= 1
        }
        #expect(found.contains("the segments or the padding are not"), "\(found)")
    }

    @Test("is refused by the root where only the lengths of a row changed")
    func root() throws {
        let found = try refusal { parts in
            // Two whole documents of one row exchange places.
            let row = parts.counts.firstIndex { $0 > 1 } ?? 0
            let first = parts.counts[..<row].reduce(0) { $0 + Int($1) }
            parts.lengths.swapAt(first, first + 1)
            parts.positions.swapAt(first, first + 1)
        }
        #expect(found.contains("train root"), "\(found)")
    }

    @Test(
        "is refused in the summary's counts",
        arguments: ["padding_tokens", "cut_documents", "dropped_tokens"])
    func summary(field: String) throws {
        let found = try refusal(summary: ("\"\(field)\":", "\"\(field)\":1"))
        #expect(found.contains(field == "dropped_tokens" ? "not dropped" : field), "\(found)")
    }

    @Test("is refused in the summary's policy and marks")
    func policy() throws {
        let name = try refusal(summary: ("\"best-fit\"", "\"worst-fit\""))
        #expect(name.contains("packing"), "\(name)")
        let policy = try refusal(summary: ("\"best-fit\"", "\"concatenate\""))
        #expect(
            policy.contains("documents.jsonl") || policy.contains("the segments or the padding"),
            "\(policy)")
        let mark = try refusal(
            summary: ("\"end_of_document\":0", "\"end_of_document\":280"))
        #expect(mark.contains("end_of_document"), "\(mark)")
    }
}
