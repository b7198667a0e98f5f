import Numerics

extension TensorMerge {
    /// base + λ · Σ wᵢ·sᵢ·mᵢ·(xᵢ − base), by the weights' sum if they are normalized.
    ///
    /// mᵢ is 1 where the method keeps the difference, else 0; sᵢ makes up for what it drops.
    /// Where signs are elected, only terms of the sign of the sum of all terms are added, +
    /// if that is 0, and only their weights.
    func taskSum(
        _ inputs: [FloatView], _ base: FloatView, _ arithmetic: Arithmetic
    ) -> FloatView {
        let parts = inputs.indices.map { number in
            KeptDifference(self, number, inputs[number], base, arithmetic)
        }
        let weightSum = weights.reduce(0, +)
        let divisor = normalizes && weightSum.magnitude >= 1e-8 ? weightSum : 1
        return Self.elements(base.count, arithmetic) { range in
            let start = base[range].array
            let terms = zip(parts, weights).map { part, weight in
                part.values(range).map { weight * $0 }
            }
            return start.indices.map { index in
                let sum =
                    method.electsSigns
                    ? elected(terms, index) : terms.reduce(0) { $0 + $1[index] } / divisor
                return Self.moved(start[index], by: lambda * sum)
            }
        }
    }

    /// The sum, or the weighted mean, of the terms with the sign of the sum of all.
    private func elected(_ terms: [[Double]], _ index: Int) -> Double {
        var total = 0.0
        for term in terms { total += term[index] }
        var (sum, weight) = (0.0, 0.0)
        for (term, its) in zip(terms, weights) {
            guard total >= 0 ? term[index] > 0 : term[index] < 0 else { continue }
            sum += term[index]
            weight += its
        }
        return normalizes && weight != 0 ? sum / weight : sum
    }
}

/// A model's difference from the base, of which some elements are kept.
struct KeptDifference: Sendable {
    private let input: FloatView
    private let base: FloatView
    private let mask: Mask
    private var scale = 1.0

    private enum Mask {
        case all
        case ranks(above: RankCut, notAbove: RankCut)
        case random(RandomMask)
    }

    /// What `merge` keeps of the difference of input `number`.
    init(
        _ merge: TensorMerge, _ number: Int, _ input: FloatView, _ base: FloatView,
        _ arithmetic: Arithmetic
    ) {
        self.input = input
        self.base = base
        let density = merge.densities[number]
        let isWhole = density >= 1
        switch merge.method.selection {
        case _ where isWhole: mask = .all
        case .all: mask = .all
        case .random:
            mask = .random(
                RandomMask(
                    density: density, seed: merge.seed, tensor: merge.tensor, model: number))
        case let selection:
            // At least one element stays, however small the tensor.
            let kept = max(1, Int(density * Double(input.count)))
            let dropped =
                selection == .middle
                ? min(Int(merge.gammas[number] * Double(input.count)), input.count - kept) : 0
            let cut = { rank in RankCut(first: rank, of: input, from: base, arithmetic) }
            mask = .ranks(above: cut(kept + dropped), notAbove: cut(dropped))
        }
        guard !isWhole else { return }
        switch merge.rescaling {
        case .none: break
        case .density: scale = 1 / density
        case .l1:
            let unscaled = self
            let sums = BlockSums.sums(input.count, arithmetic) { range in
                let (whole, kept) = (unscaled.differences(range), unscaled.values(range))
                return [whole, kept].map { part in
                    BlockSums.lanes(part.count) { part[$0].magnitude }
                }
            }
            scale = sums[1] > 0 ? sums[0] / sums[1] : 1
        }
    }

    /// The differences of the elements of `range`, 0 for those that are not kept.
    func values(_ range: Range<Int>) -> [Double] {
        var values = differences(range)
        switch mask {
        case .all: return values
        case .random(let mask):
            let keeps = mask.keeps(range)
            for index in values.indices { values[index] = keeps[index] ? scale * values[index] : 0 }
        case .ranks(let outer, let inner):
            for index in values.indices {
                let key = RankCut.key(values[index])
                let place = range.lowerBound + index
                let isKept = outer.includes(key, place) && !inner.includes(key, place)
                values[index] = isKept ? scale * values[index] : 0
            }
        }
        return values
    }

    private func differences(_ range: Range<Int>) -> [Double] {
        zip(input[range].array, base[range].array).map { Double($0) - Double($1) }
    }
}
