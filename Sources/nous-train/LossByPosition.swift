import CommandLineTool
import Encodings
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

    /// Adds the losses of whole sequences, one after the other.
    mutating func add(_ losses: [Float]) {
        for (index, loss) in losses.enumerated() {
            let bucket = index % sequenceLength / width
            nats[bucket] += Double(loss)
            tokens[bucket] += 1
        }
    }

    /// One line a bucket.
    var lines: [String] {
        nats.indices.map { bucket in
            let loss = nats[bucket] / Double(tokens[bucket])
            return "positions \(first(bucket))-\(last(bucket)): "
                + "loss \(Decimal.text(loss, places: 4)) nats/token, "
                + "perplexity \(Decimal.text(ElementaryFunctions.exp(loss), places: 4)) "
                + "over \(tokens[bucket]) tokens"
        }
    }

    /// The buckets as a field of the evaluation's object.
    var fields: [JSONMember] {
        let buckets = nats.indices.map { bucket -> JSON in
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
