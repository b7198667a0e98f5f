package import Artifacts
package import Encodings
package import Storage

/// A part of a corpus: rows of tokens and the documents they come from.
package struct Shard: Sendable {
    /// What the rows serve for.
    package let split: Split
    /// The number of the first row within the split.
    package let firstRow: Int
    /// The tokens of all rows, one row after another.
    package let rows: TokenRows
    /// The documents that have tokens in these rows, in order.
    package let documents: [DocumentRecord]
    /// The digest of the `tokenizer.json` the tokens belong to.
    package let tokenizer: Digest

    /// The member with the rows.
    static let tokensMember = "tokens.safetensors"
    private static let documentsMember = "documents.jsonl"

    init(
        split: Split, firstRow: Int, rows: TokenRows, documents: [DocumentRecord],
        tokenizer: Digest
    ) {
        self.split = split
        self.firstRow = firstRow
        self.rows = rows
        self.documents = documents
        self.tokenizer = tokenizer
    }

    /// The shard as an artifact.
    package func artifact() -> Artifact {
        let offsets = documents.map { UInt64($0.span.lowerBound) }
        let tensors: [SafetensorsWriter.Tensor] = [
            (
                name: "tokens", dtype: rows.isWide ? .u32 : .u16,
                shape: [rows.count, rows.rowLength], bytes: rows.bytes
            ),
            SafetensorsWriter.tensor("document_offsets", shape: [offsets.count], offsets),
        ]
        let tokens = SafetensorsWriter.encode(
            tensors: tensors + (rows.segments?.tensors ?? []),
            metadata: [
                ("first_row", String(firstRow)), ("split", split.rawValue),
                ("tokenizer", tokenizer.hex),
            ])
        var lines: [UInt8] = []
        for document in documents { lines += document.json.canonicalBytes() + [0x0A] }
        return Artifact(
            kind: .shard,
            members: [(Self.tokensMember, tokens), (Self.documentsMember, lines)])
    }

    /// Reads a shard whose digests have been checked.
    package init(_ artifact: Artifact) throws(MalformedInput) {
        guard artifact.paths == [Self.documentsMember, Self.tokensMember] else {
            throw MalformedInput(
                "expected the members \(Self.documentsMember) and \(Self.tokensMember), found"
                    + " \(artifact.paths.joined(separator: ", "))")
        }
        do throws(MalformedInput) {
            let reader = try SafetensorsReader(artifact.member(Self.tokensMember))
            (split, firstRow, tokenizer) = try Self.metadata(of: reader)
            rows = try Self.rows(in: reader)
            documents = try Self.documents(artifact.member(Self.documentsMember))
            let offsets = try reader.elements(named: "document_offsets", as: UInt64.self)
            guard !documents.isEmpty else {
                throw MalformedInput("expected documents, found none")
            }
            guard offsets == documents.map({ UInt64($0.span.lowerBound) }) else {
                throw MalformedInput(
                    "the document offsets are not those of \(Self.documentsMember)")
            }
        } catch {
            throw error.within(Self.tokensMember)
        }
    }

    private static func rows(in reader: SafetensorsReader) throws(MalformedInput) -> TokenRows {
        var rows = try TokenRows(reader.tensor(named: "tokens"), in: reader.bytes)
        // Beside the tokens there are the document offsets, and the segments or nothing else.
        if reader.tensors.count == 2 + RowSegments.tensorCount {
            rows.segments = try RowSegments(
                reader, rows: rows.count, rowLength: rows.rowLength)
        }
        return rows
    }

    private static func metadata(
        of reader: SafetensorsReader
    ) throws(MalformedInput) -> (Split, Int, Digest) {
        let pairs = reader.metadata
        guard pairs.map(\.0) == ["first_row", "split", "tokenizer"],
            [2, 2 + RowSegments.tensorCount].contains(reader.tensors.count),
            let row = Int(pairs[0].1), row >= 0, String(row) == pairs[0].1,
            let split = Split(rawValue: pairs[1].1), let tokenizer = Digest(hex: pairs[2].1)
        else {
            throw MalformedInput("expected the metadata first_row, split and tokenizer of a shard")
        }
        return (split, row, tokenizer)
    }

    private static func documents(_ bytes: [UInt8]) throws(MalformedInput) -> [DocumentRecord] {
        var records: [DocumentRecord] = []
        for line in bytes.split(separator: 0x0A) {
            do throws(MalformedInput) {
                records.append(
                    try DocumentRecord(json: JSON(parsing: Array(line), limits: .record)))
            } catch {
                throw error.within("\(documentsMember): line \(records.count + 1)")
            }
        }
        return records
    }
}

/// What rows serve for.
package enum Split: String, Sendable, CaseIterable {
    /// Rows to train on.
    case train
    /// Rows to measure on, never trained on.
    case heldOut = "held-out"
}
