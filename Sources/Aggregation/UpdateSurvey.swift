import Numerics

/// What one reading of all updates finds out: the norms of their tensors, and the elements that
/// whole updates are compared by.
package struct UpdateSurvey: Sendable {
    /// The sum of squares of each tensor of each update.
    private(set) var squares: [[Double]] = []
    /// The part of each update that is in the sample; none if nothing is to be compared.
    private(set) var samples: [SparseUpdate] = []

    /// Reads all updates of `source` once.
    init(_ source: UpdateSource, sample: ElementSample?, _ arithmetic: Arithmetic) throws {
        var firstBlocks = [0]
        for size in source.tensorSizes {
            let blocks = (size + ElementSample.block - 1) / ElementSample.block
            firstBlocks.append(firstBlocks[firstBlocks.count - 1] + blocks)
        }
        let starts = Array(firstBlocks.dropLast())
        try source.forEach(
            arithmetic,
            finding: { ($0.squares, sample?.part(of: $0, firstBlocks: starts)) }
        ) { _, finding in
            squares.append(finding.0)
            if let part = finding.1 { samples.append(part) }
        }
    }

    /// The norm of each update.
    var norms: [Double] { squares.map { $0.reduce(0, +).squareRoot() } }

    /// What each tensor of each update is multiplied by so that its norm is at most `multiple`
    /// times the median of those that are not zero.
    ///
    /// Per-tensor median-norm clipping, as Templar's Gauntlet does (arXiv 2505.21684).
    func clipFactors(multiple: Double) -> [[Double]] {
        var factors = squares.map { $0.map { _ in 1.0 } }
        for tensor in squares.first.map({ $0.indices }) ?? 0..<0 {
            let norms = squares.map { $0[tensor].squareRoot() }
            let limit = multiple * Median.lower(norms.filter { $0 > 0 })
            for (number, norm) in norms.enumerated() where norm > limit {
                factors[number][tensor] = limit / norm
            }
        }
        return factors
    }
}

extension SparseUpdate {
    /// The sum of squares of each tensor: exact squares added in binary64 in ascending order.
    package var squares: [Double] {
        tensors.map { $0.values.reduce(0.0) { $0 + Double($1) * Double($1) } }
    }
}

/// Medians that are one of the values, so that nothing is rounded.
enum Median {
    /// The lower of the two middle values, 0 of none.
    static func lower(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.sorted()[(values.count - 1) / 2]
    }
}
