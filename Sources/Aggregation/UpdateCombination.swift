package import Numerics
package import Rounds
import UpdateCodec

/// A sum of multiples of the updates: what every rule but those by element comes down to.
package struct UpdateCombination: Sendable, Equatable {
    /// The part each update has; from 0, adding up to 1 unless all are 0.
    package let shares: [Double]
    /// What each tensor of each update is multiplied by besides.
    package let factors: [[Double]]
    /// What the whole is multiplied by.
    package let scale: Double
    /// The norm that the whole is given in the end; nil leaves it as it is.
    package let length: Double?

    /// A combination of the given parts.
    package init(
        shares: [Double], factors: [[Double]], scale: Double = 1, length: Double? = nil
    ) {
        self.shares = shares
        self.factors = factors
        self.scale = scale
        self.length = length
    }

    /// The combination with coefficients that need not add up to 1.
    package init(coefficients: [Double], factors: [[Double]], length: Double? = nil) {
        let total = coefficients.reduce(0, +)
        self.init(
            shares: total > 0 ? coefficients.map { $0 / total } : coefficients, factors: factors,
            scale: total > 0 && length == nil ? total : 1, length: length)
    }

    /// The sum over the updates of `source`, in their order: one fused multiply-add an element.
    ///
    /// Over `senders` each element is divided by the shares of those who sent it, added in
    /// binary32, but by no less than `leastShare`, nor so little that the tolerant among them have
    /// more than their cap of it. Updates whose share is 0 are not read into it.
    package func sum(
        _ source: UpdateSource, over reading: SparseReading, leastShare: Float,
        _ arithmetic: Arithmetic
    ) throws -> FloatStorage {
        let sum = FloatStorage(count: source.elementCount)
        let sent = reading == .senders ? FloatStorage(count: source.elementCount) : nil
        let cap = reading == .senders ? source.tolerantCap : nil
        let tolerated = cap.map { _ in FloatStorage(count: source.elementCount) }
        let sums = source.views(of: sum)
        let (divisors, tolerances) = (sent.map(source.views), tolerated.map(source.views))
        try source.forEachGroup(arithmetic) { numbers, updates in
            let taken = zip(numbers, updates).filter { shares[$0.0] > 0 }
            let tolerant = taken.filter { source.entries[$0.0].tolerant != nil }
            arithmetic.parallelFor(sums.count) { tensor in
                add(taken, tensor, to: sums[tensor], counting: divisors?[tensor], arithmetic)
                if let counts = tolerances?[tensor] { count(tolerant, tensor, in: counts) }
            }
        }
        if let sent, let cap, let tolerated {
            raise(sent.view, to: tolerated.view, by: Float(1 / cap), arithmetic)
        }
        if let sent { divide(sum.view, by: sent.view, leastShare, arithmetic) }
        if let length { lengthen(sum.view, to: length, arithmetic) }
        return sum
    }

    /// Adds one tensor of some updates, a chunk of all of them after the other: while it is in cache.
    private func add(
        _ updates: [(number: Int, update: CompressedUpdate)], _ tensor: Int, to sum: FloatView,
        counting sent: FloatView?, _ arithmetic: Arithmetic
    ) {
        var parts = updates.map { number, update in
            (
                cursor: update.cursor(ofTensor: tensor), share: Float(shares[number]),
                factor: Float(shares[number] * factors[number][tensor] * scale)
            )
        }
        var (chunk, isAtEnd) = (DecodedChunk(), false)
        while !isAtEnd {
            isAtEnd = true
            for place in parts.indices where parts[place].cursor.advance(into: &chunk) {
                isAtEnd = false
                chunk.dropZeros()
                let rest = chunk.start..<sum.count
                arithmetic.addScattered(
                    chunk.values, by: parts[place].factor, at: chunk.indices, to: sum[rest])
                sent?[rest].add(parts[place].share, at: chunk.indices)
            }
        }
    }

    /// Adds up the shares of those who sent each element of one tensor.
    private func count(
        _ updates: [(number: Int, update: CompressedUpdate)], _ tensor: Int, in sent: FloatView
    ) {
        var chunk = DecodedChunk()
        for (number, update) in updates {
            var cursor = update.cursor(ofTensor: tensor)
            while cursor.advance(into: &chunk) {
                chunk.dropZeros()
                sent[chunk.start..<sent.count].add(Float(shares[number]), at: chunk.indices)
            }
        }
    }

    /// Raises divisors to `factor` times what the tolerant have in them.
    private func raise(
        _ sent: FloatView, to tolerated: FloatView, by factor: Float, _ arithmetic: Arithmetic
    ) {
        arithmetic.parallelRanges(sent.count, grain: 4_096) { range in
            for index in range { sent[index] = max(sent[index], tolerated[index] * factor) }
        }
    }

    private func divide(
        _ sum: FloatView, by sent: FloatView, _ leastShare: Float, _ arithmetic: Arithmetic
    ) {
        arithmetic.parallelRanges(sum.count, grain: 4_096) { range in
            for index in range where sent[index] > 0 {
                sum[index] /= max(sent[index], leastShare)
            }
        }
    }

    /// One division in binary64, rounded, and one product an element.
    private func lengthen(_ sum: FloatView, to length: Double, _ arithmetic: Arithmetic) {
        let norm = arithmetic.blockSumOfSquares(sum).squareRoot()
        let factor = norm > 0 ? Float(length / norm) : 0
        arithmetic.parallelRanges(sum.count, grain: 4_096) { range in
            for index in range { sum[index] *= factor }
        }
    }
}

extension FloatView {
    /// Adds `value` to the elements at `places`.
    fileprivate func add(_ value: Float, at places: [UInt16]) {
        unsafe withPointer { elements in
            for place in places {
                precondition(place < count, "element \(place) of \(count)")
                unsafe elements[Int(place)] += value
            }
        }
    }
}
