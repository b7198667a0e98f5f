import Artifacts
import Encodings
package import Storage

/// The corpus artifact alone: summary and tokenizer, without the shards.
package struct CorpusFile: Sendable {
    /// The digest of the artifact.
    package let digest: Digest
    /// What `corpus.json` says.
    package let summary: CorpusSummary
    /// The bytes of `tokenizer.json`.
    package let tokenizerJSON: [UInt8]

    /// Reads the corpus artifact in the directory of a corpus; no shard is read.
    package static func read(directory: String) throws -> CorpusFile {
        let path = Files.join(directory, CorpusLayout.corpus)
        var source = try FileSource(ordinary: path)
        do {
            return try CorpusFile(Artifact.read(from: &source, expecting: .corpus))
        } catch let error as MalformedInput {
            throw error.within(path)
        }
    }

    /// Reads the summary alone.
    package static func readSummary(directory: String) throws -> CorpusSummary {
        try read(directory: directory).summary
    }

    private init(_ artifact: Artifact) throws(MalformedInput) {
        guard artifact.paths == [CorpusLayout.summaryMember, CorpusLayout.tokenizerMember] else {
            throw MalformedInput(
                "expected the members \(CorpusLayout.summaryMember) and"
                    + " \(CorpusLayout.tokenizerMember), found"
                    + " \(artifact.paths.joined(separator: ", "))")
        }
        digest = artifact.digest
        summary = try CorpusSummary(
            json: JSON(parsing: artifact.member(CorpusLayout.summaryMember)))
        tokenizerJSON = try artifact.member(CorpusLayout.tokenizerMember)
        let found = Digest(hashing: tokenizerJSON)
        guard found == summary.tokenizer else {
            throw MalformedInput.field(
                "tokenizer", expected: summary.tokenizer.hex, found: found.hex
            ).within(CorpusLayout.summaryMember)
        }
    }
}
