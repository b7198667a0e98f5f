package import Encodings
package import Storage

/// Shows without the corpus that a sequence is a leaf of the tree under a root.
///
/// Specified in docs/formats/proof.md.
package struct SequenceProof: Sendable, Equatable {
    /// The most bytes of one proof as JSON.
    package static let maximumBytes = 1 << 26

    /// The most hashes in a path; no corpus has more than 2^62 rows.
    static let longestPath = 62

    /// The digest of the corpus artifact: where the proof was made, which it does not show.
    package var corpus: Digest
    /// The split that the sequence belongs to.
    package var split: Split
    /// The number of the sequence in its split.
    package var sequence: Int
    /// How many sequences the tree has.
    package var sequences: Int
    /// The bytes of the leaf.
    package var row: [UInt8]
    /// The hashes that lead from the leaf to the root.
    package var path: [Digest]
    /// The root where they lead.
    package var root: Digest

    /// Whether the row is the sequence that it is said to be, in a tree under this root.
    package func holds(under root: Digest) -> Bool {
        root == self.root
            && MerkleTree.verifyInclusion(
                leafHash: MerkleTree.leafHash(row), index: UInt64(sequence),
                treeSize: UInt64(sequences), proof: path, root: root)
    }
}

extension SequenceProof {
    /// The proofs of some sequences in ascending order, for which every shard of the split is read.
    package static func prove(
        _ chosen: some Sequence<Int>, of split: Split, in reader: CorpusReader
    ) throws -> [SequenceProof] {
        let listed = reader.file.summary[split]
        let chosen = Set(chosen)
        var tree = MerkleFrontier(proving: chosen)
        var leaves: [(sequence: Int, row: [UInt8])] = []
        for number in listed.shards.indices {
            let rows = try reader.shard(number, of: split).rows
            for row in 0..<rows.count {
                if chosen.contains(tree.count) {
                    leaves.append((tree.count, rows.leafBytes(row)))
                }
                tree.append(rows.leafHash(row))
            }
        }
        let (root, paths) = tree.finish()
        guard root == listed.root else {
            throw MalformedInput(
                "\(split.rawValue) root: expected \(listed.root), found \(root)",
                in: reader.directory)
        }
        return leaves.map { sequence, row in
            SequenceProof(
                corpus: reader.file.digest, split: split, sequence: sequence,
                sequences: listed.rows, row: row, path: paths[sequence] ?? [], root: root)
        }
    }
}

extension SequenceProof {
    /// The most bytes of all proofs of a file.
    package static let maximumFileSize = 1 << 30

    /// Reads proofs, one a line; there must be one at least.
    package static func read(from source: inout some ByteSource) throws -> [SequenceProof] {
        guard let bytes = try source.readToEnd(limit: maximumFileSize) else {
            throw MalformedInput("expected at most \(maximumFileSize) bytes, found more")
        }
        var proofs: [SequenceProof] = []
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            do throws(MalformedInput) {
                let limits = JSONLimits(bytes: maximumBytes, depth: 3)
                proofs.append(try SequenceProof(json: JSON(parsing: Array(line), limits: limits)))
            } catch {
                throw error.within("line \(proofs.count + 1)")
            }
        }
        guard !proofs.isEmpty else { throw MalformedInput("expected a proof, found none") }
        return proofs
    }

    /// Reads the JSON record.
    package init(json: JSON) throws(MalformedInput) {
        var fields = try JSONFields(json, of: "sequence proof")
        try fields.constant("type", "sequence-proof")
        corpus = try fields.digest("corpus")
        split = try fields.value("split", expected: "\"train\" or \"held-out\"") { value in
            value.string.flatMap { text in
                Split.allCases.first { $0.rawValue.hasSameBytes(as: text) }
            }
        }
        sequences = Int(try fields.integer("sequences", in: 1...1 << 62))
        sequence = Int(try fields.integer("sequence", in: 0...Int64(sequences) - 1))
        row = try fields.value("row", expected: "bytes in Base64") { value in
            value.string.flatMap(Base64.decode)
        }
        root = try fields.digest("root")
        path = []
        for hash in try fields.array("path", limit: Self.longestPath) {
            guard let digest = Digest(json: hash) else {
                throw fields.mismatch("path", expected: "digests", found: hash)
            }
            path.append(digest)
        }
        try fields.finish()
    }

    /// The JSON record.
    package var json: JSON {
        [
            "type": "sequence-proof",
            "corpus": corpus.json,
            "split": .string(split.rawValue),
            "sequence": .integer(Int64(sequence)),
            "sequences": .integer(Int64(sequences)),
            "root": root.json,
            "path": .array(path.map(\.json)),
            "row": .string(Base64.encode(row)),
        ]
    }
}
