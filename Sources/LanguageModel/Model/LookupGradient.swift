import Numerics

/// The gradient of the embedding lookup while a step lasts, of a model whose head is the embedding.
///
/// It holds a row for each token that has occurred, since the others' sums stay +0; the head's
/// gradient, which has every row, is the gradient's buffer itself.
final class LookupGradient {
    private let width: Int
    /// The row of each entry of the vocabulary, or `none`.
    private var rows: [UInt32]
    /// The tokens that have occurred, in the order of their rows.
    private var tokens: [UInt32] = []
    private var sums: Matrix
    private let zeros: FloatView

    private static let none = UInt32.max

    init(_ model: ModelConfiguration) {
        width = model.hiddenSize
        rows = Array(repeating: LookupGradient.none, count: model.vocabularySize)
        sums = Matrix(rows: 0, columns: width)
        zeros = FloatView(count: width)
    }

    /// The rows a step over `count` tokens may need.
    static func rows(tokens count: Int, _ model: ModelConfiguration) -> Int {
        min(count, model.vocabularySize)
    }

    /// Makes room for `count` more tokens of the step.
    func reserve(tokens count: Int) {
        let needed = min(tokens.count + count, rows.count)
        guard needed > sums.rows else { return }
        let larger = Matrix(rows: needed, columns: width)
        larger.view[0..<sums.view.count].copy(from: sums.view)
        sums = larger
    }

    /// Adds the rows of dx `[N, C]` to those of their tokens, in token order.
    func add(_ dx: Matrix, tokens batch: [UInt32], _ arithmetic: Arithmetic) {
        let places = batch.map { token in
            if rows[Int(token)] == LookupGradient.none {
                rows[Int(token)] = UInt32(tokens.count)
                tokens.append(token)
            }
            return rows[Int(token)]
        }
        embeddingBackward(dx, tokens: places, gradient: sums, arithmetic)
    }

    /// Adds the sums to the head's gradient `[V, C]`, +0 where there is none, and forgets them.
    func endStep(_ gradient: Matrix, _ arithmetic: Arithmetic) {
        let (rows, sums, zeros) = (rows, sums, zeros)
        arithmetic.forEachRowBlock(gradient.rows) { block in
            for token in block {
                let row = rows[token]
                arithmetic.add(
                    row == LookupGradient.none ? zeros : sums.row(Int(row)),
                    to: gradient.row(token))
            }
        }
        abandon()
    }

    /// Forgets the sums.
    func abandon() {
        sums.view[0..<tokens.count * width].fill(0)
        for token in tokens { rows[Int(token)] = LookupGradient.none }
        tokens.removeAll(keepingCapacity: true)
    }
}
