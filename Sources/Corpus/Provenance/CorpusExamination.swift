package import Encodings
import Glibc
import Storage

/// Damage that an examination found, and the sequences it concerns.
package struct CorpusDamage: Sendable, Equatable {
    /// The file at fault.
    package var file: String
    /// The split that the sequences belong to.
    package var split: Split
    /// The sequences, in ascending order and disjoint.
    package var sequences: [Range<Int>]
    /// Whether these sequences are lost; if not, the file is at fault elsewhere.
    package var isLost: Bool
    /// What is wrong.
    package var reason: String
}

/// Reads a whole corpus shard by shard and reports every damage to it.
package struct CorpusExamination {
    private let reader: CorpusReader
    private let report: (CorpusDamage) throws -> Void
    private var isWhole = true

    /// Examines all shards and both roots; whether nothing was reported.
    package static func examine(
        _ reader: CorpusReader, report: @escaping (CorpusDamage) throws -> Void
    ) throws -> Bool {
        _ = try reader.tokenizer()
        var examination = CorpusExamination(reader: reader, report: report)
        for split in Split.allCases { try examination.examine(split) }
        return examination.isWhole
    }

    private init(reader: CorpusReader, report: @escaping (CorpusDamage) throws -> Void) {
        self.reader = reader
        self.report = report
    }

    private mutating func examine(_ split: Split) throws {
        let listed = reader.file.summary[split]
        var tree = MerkleFrontier()
        var lastToken: UInt32?
        var tally = SegmentTally()
        for number in listed.shards.indices {
            do {
                let shard = try reader.shard(number, of: split)
                lastToken = try ShardSequence.checkTokens(
                    of: shard, after: lastToken, reader.file.summary)
                tally.add(shard)
                for row in 0..<shard.rows.count { tree.append(shard.rows.leafHash(row)) }
            } catch let error as MalformedInput {
                lastToken = nil
                try found(salvage(number, split, error.reason))
            } catch let error as SystemFailure where [ENOENT, EIO].contains(error.code) {
                lastToken = nil
                try found(missing(number, split, SystemFailure.message(for: error.code)))
            }
        }
        // With a shard that could not be read there is no root to compare.
        guard tree.count == listed.rows else { return }
        let root = tree.finish().root
        if root != listed.root {
            try contradicted(
                split, "\(split.rawValue) root: expected \(listed.root), found \(root)")
        }
        do throws(MalformedInput) {
            try tally.check(listed, of: reader.file.summary)
        } catch {
            try contradicted(split, error.reason)
        }
    }

    /// Reports that the summary says something else of a split than its shards, each sound.
    private mutating func contradicted(_ split: Split, _ reason: String) throws {
        try found(
            CorpusDamage(
                file: Files.join(reader.directory, CorpusLayout.corpus), split: split,
                sequences: [0..<reader.file.summary[split].rows], isLost: true, reason: reason))
    }

    private mutating func found(_ damage: CorpusDamage) throws {
        isWhole = false
        try report(damage)
    }

    private func missing(_ number: Int, _ split: Split, _ reason: String) -> CorpusDamage {
        CorpusDamage(
            file: reader.path(ofShard: number, of: split), split: split,
            sequences: [reader.rows(ofShard: number, of: split)], isLost: true, reason: reason)
    }

    private func salvage(_ number: Int, _ split: Split, _ reason: String) -> CorpusDamage {
        var damage = missing(number, split, reason)
        let rows = reader.rows(ofShard: number, of: split)
        let (digest, count) = reader.file.summary[split].shards[number]
        let salvage = ShardSalvage(path: damage.file, digest: digest, rows: count)
        damage.isLost = !salvage.isWhole
        if !salvage.damagedRows.isEmpty {
            damage.sequences = salvage.damagedRows.map {
                rows.lowerBound + $0.lowerBound..<rows.lowerBound + $0.upperBound
            }
        }
        return damage
    }
}

extension CorpusDamage: CustomStringConvertible {
    /// One line: the file, the sequences, and what is wrong.
    package var description: String {
        let numbers = sequences.map { range in
            range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound - 1)"
        }.joined(separator: ", ")
        let noun = sequences.map(\.count).reduce(0, +) == 1 ? "sequence" : "sequences"
        let state = isLost ? "damaged" : "whole, but the file is not"
        return MalformedInput("\(split.rawValue) \(noun) \(numbers) \(state): \(reason)", in: file)
            .description
    }

    /// The JSON record.
    package var json: JSON {
        [
            "type": "damage",
            "file": .string(file),
            "split": .string(split.rawValue),
            "sequences": .array(
                sequences.map {
                    [.integer(Int64($0.lowerBound)), .integer(Int64($0.upperBound))]
                }),
            "lost": .bool(isLost),
            "reason": .string(reason),
        ]
    }
}
