import CommandLineTool
import Encodings
import LanguageModel
import Numerics

/// Mean loss by the number of tokens a prediction sees, in buckets of equal width.
struct LossByPosition {
    private let width: Int
    private let sequenceLength: Int
    private var nats: [Double]
    private var tokens: [Int]

    /// Empty buckets of `width` positions for sequences of `sequenceLength` predictions.
    init(width: Int, sequenceLength: Int) {
        self.width = width
        self.sequenceLength = sequenceLength
        let count = (sequenceLength - 1) / width + 1
        nats = [Double](repeating: 0, count: count)
        tokens = [Int](repeating: 0, count: count)
    }

    /// Adds the losses of the predicted tokens of whole sequences, one after the other.
    mutating func add(_ losses: [Float], _ sequences: [TokenSequence]) {
        let positions = sequences.flatMap { sequence in
            zip(sequence.attentionRuns.flatMap { 0..<$0.count }, sequence.predictions)
                .compactMap { $1 ? $0 : nil }
        }
        for (position, loss) in zip(positions, losses) {
            let bucket = position / width
            nats[bucket] += Double(loss)
            tokens[bucket] += 1
        }
    }

    /// The buckets that hold a token; documents may all be shorter than the row.
    private var filled: [Int] { nats.indices.filter { tokens[$0] > 0 } }

    /// One line a bucket.
    var lines: [String] {
        filled.map { bucket in
            let loss = nats[bucket] / Double(tokens[bucket])
            return "positions \(first(bucket))-\(last(bucket)): "
                + "loss \(Decimal.text(loss, places: 4)) nats/token, "
                + "perplexity \(Decimal.text(ElementaryFunctions.exp(loss), places: 4)) "
                + "over \(tokens[bucket]) tokens"
        }
    }

    /// The buckets as a field of the evaluation's object.
    var fields: [JSONMember] {
        let buckets = filled.map { bucket -> JSON in
            let loss = nats[bucket] / Double(tokens[bucket])
            return [
                "first": .integer(Int64(first(bucket))),
                "last": .integer(Int64(last(bucket))),
                "loss_micronats": loss < Self.unpresentableLoss
                    ? .integer(Int64((loss * 1e6).rounded())) : .null,
                "perplexity": loss < Self.greatestLoss
                    ? .number(Decimal.text(ElementaryFunctions.exp(loss), places: 4)) : .null,
                "tokens": .integer(Int64(tokens[bucket])),
            ]
        }
        return [JSONMember(key: "by_position", value: .array(buckets))]
    }

    /// The loss from which on a bucket's is not stated: no model that learnt anything has it.
    private static let unpresentableLoss = 1e9

    /// The loss from which on perplexity has no four decimals in a double.
    private static let greatestLoss = 25.0

    /// Positions count from 1: the first prediction sees one token.
    private func first(_ bucket: Int) -> Int { bucket * width + 1 }

    private func last(_ bucket: Int) -> Int { min((bucket + 1) * width, sequenceLength) }
}
