import Encodings
package import Storage
import Tokenization

/// Finds the sequences that hold a document or a text; shards are read one at a time.
package struct SequenceSearch {
    /// Sequences of a split that together hold what was looked for.
    package struct Match: Sendable, Equatable {
        /// The split.
        package var split: Split
        /// The sequences, in order.
        package var sequences: ClosedRange<Int>
    }

    private let reader: CorpusReader

    /// A search in a corpus.
    package init(_ reader: CorpusReader) {
        self.reader = reader
    }

    /// Hands out where the tokens of each document with this digest are.
    package func find(document digest: Digest, _ handle: (Match) throws -> Void) throws {
        try forEachShard { shard in
            for document in shard.documents where document.digest == digest {
                for rows in rows(of: document, in: shard) {
                    try handle(Match(split: shard.split, sequences: rows))
                }
            }
        }
    }

    /// Hands out where the bytes of `text` are, once for each time; it may go on from sequence to
    /// sequence, if those do.
    package func find(text: [UInt8], _ handle: (Match) throws -> Void) throws {
        precondition(!text.isEmpty, "a text to look for")
        let tokenizer = try reader.tokenizer()
        let isStream = reader.file.summary.settings.packing == .concatenate
        var window = TextWindow(looking: text)
        var split: Split?
        try forEachShard { shard in
            if split != shard.split { window = TextWindow(looking: text) }
            split = shard.split
            for row in 0..<shard.rows.count {
                let index = shard.firstRow + row
                if !isStream { window = TextWindow(looking: text) }
                // In a stream the first token was the last of the row before.
                let repeated = isStream && index > 0 ? 1 : 0
                let tokens = Array(shard.rows.text(row).dropFirst(repeated))
                for rows in window.add(
                    try tokenizer.decode(tokens, continuing: repeated == 1), row: index)
                {
                    try handle(Match(split: shard.split, sequences: rows))
                }
            }
        }
    }

    private func forEachShard(_ body: (Shard) throws -> Void) throws {
        for split in Split.allCases {
            for number in reader.file.summary[split].shards.indices {
                try body(reader.shard(number, of: split))
            }
        }
    }

    /// The rows of a shard with tokens of a document, in stretches.
    private func rows(of document: DocumentRecord, in shard: Shard) -> [ClosedRange<Int>] {
        guard reader.file.summary.settings.packing == .concatenate else {
            return (0..<shard.rows.count).filter { row in
                shard.rows.segments?.row(row).contains { document.span.contains($0.position) }
                    == true
            }.map { shard.firstRow + $0...shard.firstRow + $0 }
        }
        // Row i holds the positions from i·T to (i + 1)·T, both included.
        let length = reader.file.summary.settings.sequenceLength
        let first = max(shard.firstRow, (document.span.lowerBound + length - 1) / length - 1)
        let last = min(
            shard.firstRow + shard.rows.count - 1, (document.span.upperBound - 1) / length)
        return first <= last ? [first...last] : []
    }
}

/// The end of the text so far, as much as a match may begin in, and the rows that it is from.
private struct TextWindow {
    private let wanted: [UInt8]
    private var bytes: [UInt8] = []
    private var rows: [(row: Int, start: Int)] = []

    init(looking wanted: [UInt8]) {
        self.wanted = wanted
    }

    /// Adds the text of the next row, and the rows of each match that ends in it.
    mutating func add(_ text: [UInt8], row: Int) -> [ClosedRange<Int>] {
        let kept = min(bytes.count, wanted.count - 1)
        let dropped = bytes.count - kept
        bytes.removeFirst(dropped)
        rows = rows.map { ($0.row, max(0, $0.start - dropped)) }
        while rows.count > 1, rows[1].start == 0 { rows.removeFirst() }
        rows.append((row, bytes.count))
        bytes += text
        return matches().map { start in
            self.row(at: start)...self.row(at: start + wanted.count - 1)
        }
    }

    private func matches() -> [Int] {
        guard bytes.count >= wanted.count else { return [] }
        return (0...bytes.count - wanted.count).filter { start in
            bytes[start] == wanted[0] && bytes[start...].starts(with: wanted)
        }
    }

    private func row(at offset: Int) -> Int {
        rows.last { $0.start <= offset }?.row ?? 0
    }
}
