import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Storage

/// Checks a corpus and says what is in it.
struct Inspect: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Check a corpus and print its roots and counts.",
        discussion: """
            Reads every shard, checks every digest and every row, and computes both roots \
            anew.

            Example:
              nous-shard inspect corpus
              nous-shard inspect --json corpus | jq -r .train.root
            """)

    @Flag(help: "Print corpus.json, with the corpus's own digest, on one line.")
    var json = false

    @Flag(help: "Trust the summary: check its own digest alone and read no shard.")
    var summaryOnly = false

    @Argument(help: "The directory of the corpus.")
    var directory: String

    func run() throws {
        let (digest, summary) = try read()
        guard !json else {
            var record = summary.json
            if case .object(let members) = record {
                record = .object(
                    members + [JSONMember(key: "digest", value: .string(digest.hex))])
            }
            return try Operand.print(String(decoding: record.orderedBytes(), as: UTF8.self))
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

    private func read() throws -> (Digest, CorpusSummary) {
        if summaryOnly {
            let file = try CorpusFile.read(directory: directory)
            return (file.digest, file.summary)
        }
        let corpus = try TokenizedCorpus.read(directory)
        return (corpus.digest, corpus.summary)
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
}
