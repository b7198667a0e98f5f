import ArgumentParser
import Artifacts
import CommandLineTool
import Corpus
import Encodings
import Storage

/// Checks a corpus, a shard or proofs and says what is in them.
struct Inspect: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Print what is in a corpus, a shard or a proof.",
        discussion: """
            Of a corpus every shard is read and checked, and both roots are computed anew. A \
            shard is checked against its own manifest. Proofs are only printed; \
            `nous-shard check` checks them.

            Example:
              nous-shard inspect data
              nous-shard inspect --json data | jq -r .train.root
            """)

    @Flag(help: "Print one JSON record; of a corpus it is corpus.json with the corpus's digest.")
    var json = false

    @Flag(help: "Trust the summary of a corpus: check its own digest alone and read no shard.")
    var summaryOnly = false

    @Argument(help: "The directory of a corpus, or the file of a shard or of proofs.")
    var operand: String

    func run() throws {
        if !Operand.isStream(operand), Files.isDirectory(operand) {
            return try inspectCorpus()
        }
        // A bundle begins with a zstd frame or with the name of its first member.
        var source = BufferedSource(try Operand.source(operand))
        let isProof = try source.peek(1).first == UInt8(ascii: "{")
        do {
            try isProof ? inspectProofs(&source) : inspectShard(&source)
        } catch let error as MalformedInput {
            throw error.within(Operand.name(operand))
        }
    }

    private func inspectCorpus() throws {
        let reader = try CorpusReader(directory: operand)
        if !summaryOnly {
            _ = try CorpusExamination.examine(reader) { damage in
                throw MalformedInput(damage.reason, in: damage.file)
            }
        }
        let (digest, summary) = (reader.file.digest, reader.file.summary)
        guard !json else {
            var record = summary.json
            if case .object(let members) = record {
                record = .object(
                    members + [JSONMember(key: "digest", value: .string(digest.hex))])
            }
            return try Operand.print(record.orderedText)
        }
        try Operand.print(
            """
            corpus           \(digest)
            tokenizer        \(summary.tokenizer)
            vocabulary       \(summary.vocabularySize)
            sequence length  \(summary.settings.sequenceLength)
            packing          \(Self.packing(summary.settings))
            \(Self.lines(summary.train, "train", summary.settings))
            \(Self.lines(summary.heldOut, "held-out", summary.settings))
            """)
    }

    private static func packing(_ settings: PackSettings) -> String {
        settings.packing.rawValue + (settings.resetsAttention ? ", attention reset" : "")
    }

    private static func lines(
        _ split: SplitSummary, _ name: String, _ settings: PackSettings
    ) -> String {
        let label = { (text: String) in
            let start = "\(name) \(text)"
            return start + String(repeating: " ", count: max(1, 17 - start.count))
        }
        return """
            \(label("root"))\(split.root)
            \(label("rows"))\(split.rows) in \(split.shards.count) shards
            \(label("text"))\(split.documents) documents, \(split.bytes) bytes, \
            \(split.tokens) tokens (\(split.droppedTokens) dropped)\(padding(split, settings, label))
            """
    }

    /// What best-fit packing wastes and cuts, if it does.
    private static func padding(
        _ split: SplitSummary, _ settings: PackSettings, _ label: (String) -> String
    ) -> String {
        guard settings.packing == .bestFit, split.rows > 0 else { return "" }
        let tokens = split.rows * (settings.sequenceLength + 1)
        let share = Double(split.paddingTokens) / Double(tokens) * 100
        return "\n\(label("padding"))\(split.paddingTokens) tokens"
            + " (\(Decimal.text(share, places: 2)) %), \(split.cutDocuments) documents cut"
    }

    private func inspectShard(_ source: inout some ByteSource) throws {
        let artifact = try Artifact.read(from: &source, expecting: .shard)
        let shard = try Corpus.Shard(artifact)
        let bytes = shard.documents.reduce(0) { $0 + $1.bytes }
        guard !json else {
            let record: JSON = [
                "type": "shard",
                "digest": artifact.digest.json,
                "split": .string(shard.split.rawValue),
                "first_row": .integer(Int64(shard.firstRow)),
                "rows": .integer(Int64(shard.rows.count)),
                "row_length": .integer(Int64(shard.rows.rowLength)),
                "tokenizer": shard.tokenizer.json,
                "documents": .array(shard.documents.map(\.json)),
            ]
            return try Operand.print(record.orderedText)
        }
        try Operand.print(
            """
            shard            \(artifact.digest)
            tokenizer        \(shard.tokenizer)
            split            \(shard.split.rawValue)
            rows             \(shard.firstRow) to \(shard.firstRow + shard.rows.count - 1)
            tokens in a row  \(shard.rows.rowLength)
            text             \(shard.documents.count) documents, \(bytes) bytes
            """)
    }

    private func inspectProofs(_ source: inout some ByteSource) throws {
        for proof in try SequenceProof.read(from: &source) {
            guard !json else {
                try Operand.print(proof.json.orderedText)
                continue
            }
            try Operand.print(
                """
                proof of         \(proof.split.rawValue) sequence \(proof.sequence) of \
                \(proof.sequences)
                root             \(proof.root)
                made from        corpus \(proof.corpus)
                row              \(proof.row.count) bytes
                path             \(proof.path.count) hashes
                """)
        }
    }
}
