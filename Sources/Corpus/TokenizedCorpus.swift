import Artifacts
import Encodings
package import Storage
package import Tokenization

/// A packed corpus in memory, every digest, row and root of which has been checked.
package struct TokenizedCorpus: Sendable {
    /// What `corpus.json` says.
    package let summary: CorpusSummary
    /// The bytes of `tokenizer.json`.
    package let tokenizerJSON: [UInt8]
    /// The tokenizer.
    package let tokenizer: Tokenizer
    /// The digest of the corpus artifact.
    package let digest: Digest

    private let train: ShardSequence
    private let heldOut: ShardSequence

    /// The root of the Merkle tree over the rows to train on.
    package var dataRoot: Digest { summary.train.root }

    /// The root of the Merkle tree over the rows held out.
    package var heldOutRoot: Digest { summary.heldOut.root }

    /// The digest of `tokenizer.json`.
    package var tokenizerDigest: Digest { summary.tokenizer }

    /// The tokens predicted in one sequence, T.
    package var sequenceLength: Int { summary.settings.sequenceLength }

    /// How many sequences there are to train on.
    package var sequenceCount: Int { summary.train.rows }

    /// How many sequences are held out.
    package var heldOutCount: Int { summary.heldOut.rows }

    /// The T + 1 tokens of a sequence to train on.
    package func sequence(_ index: Int) -> [UInt32] { train.row(index) }

    /// The T + 1 tokens of a sequence held out.
    package func heldOutSequence(_ index: Int) -> [UInt32] { heldOut.row(index) }

    /// A row of a split with the documents in it.
    package func row(_ index: Int, of split: Split) -> PackedRow {
        split == .train ? train.packedRow(index) : heldOut.packedRow(index)
    }

    /// The tokens of a sequence to train on that are predicted.
    package func predictedCount(ofSequence index: Int) -> Int { train.predictedCount(index) }

    /// Whether a token sees those of its own document alone.
    package var resetsAttention: Bool { summary.settings.resetsAttention }

    /// The shards of a split in order.
    package func shards(of split: Split) -> [Shard] {
        split == .train ? train.shards : heldOut.shards
    }

    /// Reads the directory of a corpus and checks all of it.
    package static func read(_ directory: String) throws -> TokenizedCorpus {
        let file = try CorpusFile.read(directory: directory)
        do {
            return try TokenizedCorpus(file) { digest in
                let path = CorpusLayout.shard(digest, in: directory)
                return try (path, readShard(path))
            }
        } catch let error as MalformedInput {
            throw error.subject?.hasPrefix(directory) == true ? error : error.within(directory)
        }
    }

    private static func readShard(_ path: String) throws -> Artifact {
        var source = try FileSource(ordinary: path)
        do {
            return try Artifact.read(from: &source, expecting: .shard)
        } catch let error as MalformedInput {
            throw error.within(path)
        }
    }

    private init(
        _ file: CorpusFile, shard: (Digest) throws -> (path: String, artifact: Artifact)
    ) throws {
        summary = file.summary
        digest = file.digest
        tokenizerJSON = file.tokenizerJSON
        tokenizer = try Tokenizer(parsing: tokenizerJSON)
        guard tokenizer.vocabularySize == summary.vocabularySize else {
            throw MalformedInput.field(
                "vocabulary_size", expected: "\(tokenizer.vocabularySize)",
                found: "\(summary.vocabularySize)")
        }
        train = try ShardSequence(.train, summary.train, of: summary, shard: shard)
        heldOut = try ShardSequence(.heldOut, summary.heldOut, of: summary, shard: shard)
    }
}
