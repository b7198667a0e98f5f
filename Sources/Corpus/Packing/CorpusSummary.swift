package import Encodings
package import Storage
import Tokenization

/// What `corpus.json` says: the roots, the shards, and how they came about.
package struct CorpusSummary: Sendable {
    /// The digest of `tokenizer.json`.
    package var tokenizer: Digest
    /// The number of tokens in the vocabulary.
    package var vocabularySize: Int
    /// The settings of packing.
    package var settings: PackSettings
    /// The tokens around each document.
    package var marks: DocumentMarks
    /// What was read and left out.
    package var input: IngestionCounts
    /// The rows to train on.
    package var train = SplitSummary()
    /// The rows held out.
    package var heldOut = SplitSummary()
}

/// One split of a corpus.
package struct SplitSummary: Sendable {
    /// The root of the Merkle tree over the rows.
    package var root = MerkleTree.root(ofLeafHashes: [])
    /// How many rows there are.
    package var rows = 0
    /// The tokens of all documents, those around them included.
    package var tokens = 0
    /// The documents.
    package var documents = 0
    /// Their bytes.
    package var bytes = 0
    /// The tokens that are in no row.
    package var droppedTokens = 0
    /// The tokens that fill rows up.
    package var paddingTokens = 0
    /// The documents that were longer than a row and were cut for that.
    package var cutDocuments = 0
    /// The digests of the shards with their rows, in order.
    package var shards: [(digest: Digest, rows: Int)] = []
}

extension CorpusSummary {
    /// The record in `corpus.json`.
    package var json: JSON {
        [
            "type": "corpus",
            "tokenizer": tokenizer.json,
            "vocabulary_size": .integer(Int64(vocabularySize)),
            "sequence_length": .integer(Int64(settings.sequenceLength)),
            "shard_rows": .integer(Int64(settings.shardRows)),
            "packing": .string(settings.packing.rawValue),
            "reset_attention": .bool(settings.resetsAttention),
            "beginning_of_document": Self.json(marks.beginning),
            "end_of_document": Self.json(marks.end),
            "held_out_ppm": .integer(Int64(settings.heldOut.partsPerMillion)),
            "held_out_seed": .integer(Int64(settings.heldOut.seed)),
            "unicode": .string(CharacterClasses.unicodeVersion),
            "input": input.json,
            "train": train.json,
            "held_out": heldOut.json,
        ]
    }

    private static func json(_ mark: UInt32?) -> JSON {
        mark.map { .integer(Int64($0)) } ?? .null
    }

    /// Reads the record in `corpus.json`.
    package init(json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "corpus.json")
        try fields.constant("type", "corpus")
        try fields.constant("unicode", CharacterClasses.unicodeVersion)
        tokenizer = try fields.digest("tokenizer")
        vocabularySize = try Int(
            fields.integer("vocabulary_size", in: 257...Int64(Vocabulary.maximumSize)))
        settings = PackSettings(
            sequenceLength: try Int(
                fields.integer(
                    "sequence_length", in: 1...Int64(PackSettings.maximumSequenceLength))),
            heldOut: HeldOutRule(
                partsPerMillion: try UInt32(fields.integer("held_out_ppm", in: 0...1_000_000)),
                seed: try UInt64(fields.integer("held_out_seed", in: 0...Int64.max))),
            shardRows: try Int(
                fields.integer("shard_rows", in: 1...Int64(PackSettings.maximumShardRows))),
            packing: try fields.packingPolicy("packing"),
            resetsAttention: try fields.bool("reset_attention"))
        marks = DocumentMarks(
            beginning: try fields.mark("beginning_of_document", below: vocabularySize),
            end: try fields.mark("end_of_document", below: vocabularySize))
        var input = try fields.fields("input")
        self.input = try IngestionCounts(&input)
        var train = try fields.fields("train")
        self.train = try SplitSummary(&train)
        var heldOut = try fields.fields("held_out")
        self.heldOut = try SplitSummary(&heldOut)
        try fields.finish()
    }
}

extension SplitSummary {
    /// The most shards of a split.
    static let maximumShards = 1 << 20

    var json: JSON {
        [
            "root": root.json,
            "rows": .integer(Int64(rows)),
            "tokens": .integer(Int64(tokens)),
            "documents": .integer(Int64(documents)),
            "bytes": .integer(Int64(bytes)),
            "dropped_tokens": .integer(Int64(droppedTokens)),
            "padding_tokens": .integer(Int64(paddingTokens)),
            "cut_documents": .integer(Int64(cutDocuments)),
            "shards": .array(
                shards.map { ["digest": $0.digest.json, "rows": .integer(Int64($0.rows))] }),
        ]
    }

    init(_ fields: inout JSONFields) throws(MalformedInput) {
        root = try fields.digest("root")
        rows = try fields.count("rows")
        tokens = try fields.count("tokens")
        documents = try fields.count("documents")
        bytes = try fields.count("bytes")
        droppedTokens = try fields.count("dropped_tokens")
        paddingTokens = try fields.count("padding_tokens")
        cutDocuments = try fields.count("cut_documents")
        for entry in try fields.array("shards", limit: Self.maximumShards) {
            var shard = try JSONFields(entry, of: "shard")
            shards.append((try shard.digest("digest"), try shard.count("rows")))
            try shard.finish()
        }
        try fields.finish()
    }
}

extension IngestionCounts {
    /// The members; the later ones only where they are not 0.
    var json: JSON {
        let always: [(String, Int)] = [
            ("documents", documents), ("bytes", bytes), ("empty", empty), ("repaired", repaired),
            ("replacements", replacements), ("skipped", skipped),
        ]
        let sometimes: [(String, Int)] = [
            ("byte_order_marks", byteOrderMarks), ("malformed_records", malformedRecords),
        ]
        let counts = always + sometimes.filter { $0.1 > 0 }
        var members = counts.map { JSONMember(key: $0.0, value: .integer(Int64($0.1))) }
        if !dropped.isEmpty {
            members.append(JSONMember(key: "dropped", value: DocumentTally.json(dropped)))
        }
        return .object(members)
    }

    init(_ fields: inout JSONFields) throws(MalformedInput) {
        documents = try fields.count("documents")
        bytes = try fields.count("bytes")
        empty = try fields.count("empty")
        repaired = try fields.count("repaired")
        replacements = try fields.count("replacements")
        skipped = try fields.count("skipped")
        byteOrderMarks = try fields.optionalCount("byte_order_marks")
        malformedRecords = try fields.optionalCount("malformed_records")
        if let json = fields.optionalValue("dropped") {
            dropped = try DocumentTally.read(json)
        }
        try fields.finish()
    }
}

extension DocumentTally {
    /// The number of documents and bytes for each reason.
    package static func json(_ dropped: [DropReason: DocumentTally]) -> JSON {
        .object(
            DropReason.allCases.compactMap { reason in
                dropped[reason].map { tally in
                    JSONMember(key: reason.rawValue, value: tally.json)
                }
            })
    }

    /// The two numbers.
    package var json: JSON {
        ["bytes": .integer(Int64(bytes)), "documents": .integer(Int64(documents))]
    }

    fileprivate static func read(
        _ json: JSON
    ) throws(MalformedInput) -> [DropReason: DocumentTally] {
        var fields = try JSONFields(json, of: "dropped")
        var dropped: [DropReason: DocumentTally] = [:]
        for reason in DropReason.allCases {
            guard let entry = fields.optionalValue(reason.rawValue) else { continue }
            var counts = try JSONFields(entry, of: "dropped")
            var tally = DocumentTally()
            tally.bytes = try counts.count("bytes")
            tally.documents = try counts.count("documents")
            try counts.finish()
            dropped[reason] = tally
        }
        try fields.finish()
        return dropped
    }
}

extension JSONFields {
    /// The count in field `name`, at most 2^50 so that sums stay far from overflow.
    fileprivate mutating func count(_ name: String) throws(MalformedInput) -> Int {
        Int(try integer(name, in: 0...1 << 50))
    }

    fileprivate mutating func packingPolicy(
        _ name: String
    ) throws(MalformedInput) -> PackingPolicy {
        let names = PackingPolicy.allCases.map(\.rawValue).joined(separator: " or ")
        return try value(name, expected: names) { $0.string.flatMap(PackingPolicy.init) }
    }

    fileprivate mutating func mark(
        _ name: String, below size: Int
    ) throws(MalformedInput) -> UInt32? {
        try nullableValue(name, expected: "a token below \(size)") {
            $0.integer.flatMap { (0..<Int64(size)).contains($0) ? UInt32($0) : nil }
        }
    }

    /// The count in field `name`, which is left out where it is 0.
    fileprivate mutating func optionalCount(_ name: String) throws(MalformedInput) -> Int {
        let range = Int64(1)...1 << 50
        return try optionalValue(name, expected: "an integer from 1 to \(range.upperBound)") {
            $0.integer.flatMap { range.contains($0) ? Int($0) : nil }
        } ?? 0
    }
}
