import Encodings
package import Identity
package import Storage

/// What the shares of a round are proportional to.
package enum AssignmentWeight: String, Sendable, CaseIterable {
    /// The declared throughput.
    case throughput
    /// The stake; no stake at all counts as one base unit.
    case stake

    /// The weight of a worker, which is positive.
    package func of(_ worker: RosterWorker) -> UInt64 {
        switch self {
        case .throughput: worker.throughput
        case .stake: max(1, worker.stake)
        }
    }
}

/// An assignment before its sequences are computed.
package struct AssignmentSlice: Sendable {
    /// The digest of the run file.
    package var run: Digest
    /// The round.
    package var round: UInt64
    /// The key of the worker.
    package var worker: PublicKey
    /// The Merkle root over the training sequences.
    package var dataRoot: Digest
    /// The seed that ordered the workers.
    package var seed: Digest
    /// How many batches the worker makes.
    package var steps: UInt64
    /// How many sequences a batch has.
    package var batch: UInt64
    /// The positions in the order of training, in this order.
    package var positions: [Range<UInt64>]

    /// The first position.
    package var firstPosition: UInt64 { positions.first?.lowerBound ?? 0 }

    /// Writes the record of the assignment, byte for byte that of `Assignment`, and a line feed.
    ///
    /// Sequences are computed as they are written, so that memory does not grow with their number.
    package func write(
        _ order: TrainingOrder, to sink: inout some ByteSink & ~Copyable
    ) throws {
        let empty = Assignment(
            run: run, round: round, worker: worker, dataRoot: dataRoot, seed: seed,
            firstPosition: firstPosition, steps: steps, batch: batch, sequences: [])
        var text = empty.json.orderedBytes().dropLast("]}".utf8.count)
        var isFirst = true
        for range in positions {
            var start = range.lowerBound
            while start < range.upperBound {
                let end = min(range.upperBound, start + Self.partLength)
                for sequence in order.sequences(at: start..<end) {
                    if !isFirst { text.append(UInt8(ascii: ",")) }
                    isFirst = false
                    text += String(sequence).utf8
                }
                try sink.write(Array(text))
                text = []
                start = end
            }
        }
        try sink.write(Array("]}\n".utf8))
    }

    private static let partLength: UInt64 = 1 << 14
}
