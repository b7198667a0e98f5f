import Artifacts
import Encodings
import Storage
package import Tokenization

/// A packed corpus on disk, of which shards are read one at a time, when they are asked for.
///
/// A shard is checked against its digest and against what `corpus.json` says of it. That the rows
/// of all shards have the root in `corpus.json` is what `CorpusExamination` checks.
package struct CorpusReader: Sendable {
    /// The directory of the corpus.
    package let directory: String
    /// Summary and tokenizer.
    package let file: CorpusFile

    private let firstRows: [Split: [Int]]

    /// Opens the corpus in `directory`; no shard is read.
    package init(directory: String) throws {
        let file = try CorpusFile.read(directory: directory)
        var firstRows: [Split: [Int]] = [:]
        do throws(MalformedInput) {
            for split in Split.allCases {
                firstRows[split] = try Self.firstRows(of: file.summary[split], split)
            }
        } catch {
            throw error.within(directory)
        }
        self.directory = directory
        self.file = file
        self.firstRows = firstRows
    }

    /// The tokenizer, whose vocabulary must be as large as the summary says.
    package func tokenizer() throws -> Tokenizer {
        do throws(MalformedInput) {
            let tokenizer = try Tokenizer(parsing: file.tokenizerJSON)
            guard tokenizer.vocabularySize == file.summary.vocabularySize else {
                throw .field(
                    "vocabulary_size", expected: "\(tokenizer.vocabularySize)",
                    found: "\(file.summary.vocabularySize)")
            }
            return tokenizer
        } catch {
            throw error.within(Files.join(directory, CorpusLayout.corpus))
        }
    }

    /// The rows that a shard of a split holds.
    package func rows(ofShard number: Int, of split: Split) -> Range<Int> {
        let (_, rows) = file.summary[split].shards[number]
        let first = firstRows[split]?[number] ?? 0
        return first..<first + rows
    }

    /// The number of the shard that holds a row, which must exist.
    package func shardNumber(ofRow row: Int, in split: Split) -> Int {
        precondition((0..<file.summary[split].rows).contains(row), "a row of the split")
        let starts = firstRows[split] ?? []
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= row { low = middle } else { high = middle }
        }
        return low
    }

    /// The path of a shard.
    package func path(ofShard number: Int, of split: Split) -> String {
        CorpusLayout.shard(file.summary[split].shards[number].digest, in: directory)
    }

    /// Reads a shard and checks it.
    package func shard(_ number: Int, of split: Split) throws -> Shard {
        let path = path(ofShard: number, of: split)
        do {
            var source = try FileSource(ordinary: path)
            let artifact = try Artifact.read(from: &source, expecting: .shard)
            let (digest, rows) = file.summary[split].shards[number]
            guard artifact.digest == digest else {
                throw MalformedInput("expected the artifact \(digest), found \(artifact.digest)")
            }
            let shard = try Shard(artifact)
            try ShardSequence.check(
                shard, split, rows: rows,
                firstRow: self.rows(ofShard: number, of: split).lowerBound, of: file.summary)
            return shard
        } catch let error as MalformedInput {
            throw error.within(path)
        }
    }

    /// The first row of each shard; their numbers must add up.
    private static func firstRows(
        of listed: SplitSummary, _ split: Split
    ) throws(MalformedInput) -> [Int] {
        var starts: [Int] = []
        var rows = 0
        for shard in listed.shards {
            starts.append(rows)
            guard (1...max(1, listed.rows - rows)).contains(shard.rows), rows < listed.rows else {
                throw MalformedInput(
                    "\(split.rawValue) rows: expected \(listed.rows), found other rows in shards")
            }
            rows += shard.rows
        }
        guard rows == listed.rows else {
            throw MalformedInput("\(split.rawValue) rows: expected \(listed.rows), found \(rows)")
        }
        return starts
    }
}

extension CorpusSummary {
    /// What is said of one split.
    package subscript(split: Split) -> SplitSummary {
        split == .train ? train : heldOut
    }
}
