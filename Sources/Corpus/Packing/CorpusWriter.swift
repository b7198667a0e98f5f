package import Artifacts
import Encodings
import Glibc
import Storage

/// The names inside the directory of a corpus.
enum CorpusLayout {
    /// The file with `corpus.json` and `tokenizer.json`, an artifact of kind corpus.
    static let corpus = "corpus.tar.zst"
    /// The directory of the shards.
    static let shards = "shards"
    /// The members of the corpus artifact.
    static let summaryMember = "corpus.json"
    static let tokenizerMember = "tokenizer.json"

    /// The path of a shard in the directory of a corpus.
    static func shard(_ digest: Digest, in directory: String) -> String {
        Files.join(Files.join(directory, shards), "\(digest.hex).tar.zst")
    }
}

/// Writes the directory of a corpus, which appears under its name whole or not at all.
package struct CorpusWriter: ~Copyable {
    private let path: String
    private let directory: AtomicDirectory

    /// Starts the directory that is to become `path`.
    ///
    /// Nothing may be there but an empty directory, or a corpus, which must turn out the same.
    package init(creating path: String) throws {
        try Self.checkFree(path)
        let directory = try AtomicDirectory(creating: path)
        try Files.makeDirectory(Files.join(directory.temporary, CorpusLayout.shards))
        self.path = path
        self.directory = directory
    }

    private static func checkFree(_ path: String) throws {
        guard Files.exists(path) else { return }
        guard Files.isDirectory(path) else { throw occupied(path) }
        let names = try Files.list(path)
        guard names.isEmpty || names == [CorpusLayout.corpus, CorpusLayout.shards] else {
            throw occupied(path)
        }
    }

    /// Adds a shard under its digest.
    package borrowing func write(_ shard: Artifact) throws {
        try Self.write(shard, to: CorpusLayout.shard(shard.digest, in: directory.temporary))
    }

    /// Adds summary and tokenizer and gives the directory its name.
    ///
    /// If the same corpus is there already, it stays untouched.
    package consuming func commit(_ summary: CorpusSummary, tokenizer: [UInt8]) throws {
        let corpus = Artifact(
            kind: .corpus,
            members: [
                (CorpusLayout.summaryMember, summary.json.canonicalBytes() + [0x0A]),
                (CorpusLayout.tokenizerMember, tokenizer),
            ])
        if Files.exists(path), try !Files.list(path).isEmpty {
            guard Self.isSame(corpus, summary, at: path) else { throw Self.occupied(path) }
            return
        }
        try Self.write(corpus, to: Files.join(directory.temporary, CorpusLayout.corpus))
        try Files.synchronize(
            directory: Files.join(directory.temporary, CorpusLayout.shards))
        try directory.commit()
    }

    private static func write(_ artifact: Artifact, to path: String) throws {
        var file = try AtomicFile(creating: path)
        try artifact.write(to: &file)
        try file.commit()
    }

    /// Whether the directory holds this very corpus with every shard intact.
    private static func isSame(
        _ corpus: Artifact, _ summary: CorpusSummary, at directory: String
    ) -> Bool {
        do {
            var source = try FileSource(ordinary: Files.join(directory, CorpusLayout.corpus))
            guard try Artifact.read(from: &source, expecting: .corpus) == corpus else {
                return false
            }
            for (digest, _) in summary.train.shards + summary.heldOut.shards {
                var source = try FileSource(ordinary: CorpusLayout.shard(digest, in: directory))
                let shard = try Artifact.read(from: &source, expecting: .shard)
                guard shard.digest == digest else { return false }
            }
            return true
        } catch {
            return false
        }
    }

    private static func occupied(_ path: String) -> SystemFailure {
        SystemFailure("create", path: path, code: EEXIST, role: .output)
    }
}
