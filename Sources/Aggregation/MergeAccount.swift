package import Encodings
package import Identity
import Numerics
package import Storage

/// What a merge did with one contribution.
package struct MergeAccount: Sendable, Equatable {
    /// What became of an update.
    package enum Treatment: String, Sendable {
        /// It is part of the merge as it is.
        case kept
        /// Some of its tensors were too long and were cut.
        case clipped
        /// It has no part in the merge.
        case dropped
        /// Every element was decided by itself.
        case voted
    }

    /// The contribution.
    package let contribution: Digest
    /// Who made it.
    package let worker: PublicKey
    /// The verified tokens.
    package let tokens: Int
    /// Its part in the merge; none where every element was decided by itself.
    package let weight: Double?
    /// The norm of the update.
    package let norm: Double
    /// The cosine of the angle between the update and the merge.
    package let cosine: Double
    /// The part of the norm that was cut off, from 0 to 1.
    package let clippedShare: Double
    /// What the rule did with it.
    package let treatment: Treatment

    /// The account as one line of NDJSON.
    package var json: JSON {
        [
            "type": "merged", "contribution": contribution.json, "worker": worker.json,
            "tokens": .integer(Int64(tokens)),
            "weight": weight.map { .number("\($0)") } ?? .null, "norm": .number("\(norm)"),
            "cosine": .number("\(cosine)"), "clipped_share": .number("\(clippedShare)"),
            "treatment": .string(treatment.rawValue),
        ]
    }
}

extension UpdateMerge.Result {
    /// What became of every update of `source`, whose workers are given in its order; reads all
    /// updates once more.
    func accounts(
        _ source: UpdateSource, workers: [PublicKey], _ arithmetic: Arithmetic
    ) throws -> [MergeAccount] {
        let views = source.views(of: pseudoGradient)
        let length = pseudoGradient.view.norm
        var accounts: [MergeAccount] = []
        try source.forEach(arithmetic) { number, update in
            let squares = update.squares
            let norm = squares.reduce(0, +).squareRoot()
            let product = zip(update.tensors, views).reduce(0.0) { $0 + $1.0.product($1.1) }
            let factors = combination?.factors[number] ?? squares.map { _ in 1 }
            let left = zip(squares, factors).reduce(0.0) { $0 + $1.0 * ($1.1 * $1.1) }.squareRoot()
            accounts.append(
                MergeAccount(
                    contribution: source.entries[number].digest, worker: workers[number],
                    tokens: source.entries[number].tokens, weight: combination?.shares[number],
                    norm: norm, cosine: norm * length > 0 ? product / (norm * length) : 0,
                    clippedShare: norm > 0 ? 1 - left / norm : 0,
                    treatment: treatment(number, factors)))
        }
        return accounts
    }

    private func treatment(_ number: Int, _ factors: [Double]) -> MergeAccount.Treatment {
        guard let combination else { return .voted }
        guard combination.shares[number] > 0 else { return .dropped }
        return factors.contains { $0 < 1 } ? .clipped : .kept
    }
}

extension SparseTensor {
    /// The inner product with a dense tensor, in binary64 in ascending order.
    fileprivate func product(_ dense: FloatView) -> Double {
        zip(indices, values).reduce(0.0) { $0 + Double($1.1) * Double(dense[Int($1.0)]) }
    }
}

extension FloatView {
    /// The Euclidean norm, in binary64 in ascending order.
    fileprivate var norm: Double {
        indices.reduce(0.0) { $0 + Double(self[$1]) * Double(self[$1]) }.squareRoot()
    }
}
