import Numerics
import Rounds

/// The rules that look at every element by itself, all updates side by side:
/// `coordinate-median v1` and `trimmed-mean v1`.
///
/// Yin and others, "Byzantine-robust distributed learning: towards optimal statistical rates"
/// (arXiv 1803.01498). Everybody counts the same. Over `all`, who did not send an element sent 0,
/// so what less than half send is 0 in the median; over `senders`, only those who sent it count,
/// and what less than `leastShare` of all sent is scaled down by what is missing. Read in tiles
/// that fit into memory; tiles leave the bits alone.
struct CoordinateRules {
    /// How the values of one element become one.
    enum Choice: Sendable, Equatable {
        /// The middle value, or the mean of the two middle ones.
        case median
        /// The mean without the `drop` lowest and highest, of which fewer go if none were left.
        case trimmedMean(drop: Int)
    }

    private let choice: Choice
    private let rule: MergeRule
    private let source: UpdateSource
    private let factors: [[Double]]
    private let groups: [[Int]]

    /// The rule on updates each tensor of which is multiplied by its factor.
    init(_ choice: Choice, _ rule: MergeRule, _ source: UpdateSource, factors: [[Double]]) {
        self.choice = choice
        self.rule = rule
        self.source = source
        self.factors = factors
        groups = Bucketing(count: source.count, size: rule.bucket, seed: source.seed).groups
    }

    /// The merged elements; at most about `memory` bytes of sent elements are held at a time.
    func merge(memory: Int, _ arithmetic: Arithmetic) throws -> FloatStorage {
        let merged = FloatStorage(count: source.elementCount)
        let views = source.views(of: merged)
        for tile in tiles(memory: memory) {
            var held = [[SparseTensor]](repeating: [], count: tile.count)
            try source.forEach(arithmetic) { _, update in
                for (place, run) in tile.enumerated() {
                    held[place].append(update.tensors[run.tensor].part(run.range))
                }
            }
            let (taken, pieces) = (held, pieces(of: tile))
            arithmetic.parallelFor(pieces.count) { number in
                let (place, range) = pieces[number]
                let run = tile[place]
                merge(
                    taken[place], range, factors.map { $0[run.tensor] }, into: views[run.tensor])
            }
        }
        return merged
    }

    /// A run of one tensor.
    private typealias Run = (tensor: Int, range: Range<Int>)

    /// Runs that are read together.
    private func tiles(memory: Int) -> [[Run]] {
        let bytesAnElement =
            8 * Double(source.count) * Double(source.sentLimit)
            / Double(source.elementCount)
        let capacity = max(CoordinateRules.piece, Int(min(Double(memory) / bytesAnElement, 1e15)))
        var tiles: [[Run]] = [[]]
        var free = capacity
        for (tensor, size) in source.tensorSizes.enumerated() {
            var start = 0
            while start < size {
                if free == 0 {
                    tiles.append([])
                    free = capacity
                }
                let end = min(size, start + free)
                tiles[tiles.count - 1].append((tensor, start..<end))
                free -= end - start
                start = end
            }
        }
        return tiles
    }

    /// The parts of a tile that one thread turns at a time.
    private func pieces(of tile: [Run]) -> [(place: Int, range: Range<Int>)] {
        tile.enumerated().flatMap { place, run in
            stride(from: run.range.lowerBound, to: run.range.upperBound, by: CoordinateRules.piece)
                .map { (place, $0..<min($0 + CoordinateRules.piece, run.range.upperBound)) }
        }
    }

    private static let piece = 1_024

    private func merge(
        _ tensors: [SparseTensor], _ range: Range<Int>, _ scales: [Double],
        into target: FloatView
    ) {
        var columns = ElementColumns()
        columns.fill(tensors, range: range)
        for place in 0..<range.count {
            let positions = columns.positions(of: place)
            guard !positions.isEmpty else { continue }
            var values = positions.map {
                Double(columns.values[$0]) * scales[columns.owners[$0]]
            }
            if rule.bucket > 1 {
                values = averages(values, of: positions.map { columns.owners[$0] })
            }
            target[range.lowerBound + place] = Float(chosen(&values))
        }
    }

    /// The means of the buckets in which somebody sent the element.
    private func averages(_ values: [Double], of owners: [Int]) -> [Double] {
        groups.compactMap { group in
            let sent = zip(owners, values).filter { group.contains($0.0) }.map(\.1)
            guard !sent.isEmpty else { return nil }
            let count = rule.reading == .senders ? sent.count : group.count
            return sent.reduce(0, +) / Double(count)
        }
    }

    /// What the rule makes of the values of one element, of which there is at least one.
    private func chosen(_ values: inout [Double]) -> Double {
        let share = Double(values.count) / Double(groups.count)
        var damping = 1.0
        if rule.reading == .all {
            values += repeatElement(0, count: groups.count - values.count)
        } else if share < Double(rule.leastShare) {
            damping = share / Double(rule.leastShare)
        }
        values.sort()
        let drop =
            switch choice {
            case .median: (values.count - 1) / 2
            case .trimmedMean(let drop): min(drop, (values.count - 1) / 2)
            }
        let kept = values[drop..<values.count - drop]
        return kept.reduce(0, +) / Double(kept.count) * damping
    }
}

extension SparseTensor {
    /// The elements whose places lie in `range`.
    func part(_ range: Range<Int>) -> SparseTensor {
        var part = SparseTensor()
        let positions = self.positions(of: range)
        part.indices = Array(indices[positions])
        part.values = Array(values[positions])
        return part
    }
}
