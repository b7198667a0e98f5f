package import Aggregation
import Numerics
package import Storage

/// An update in 16,384 numbers, whose inner products are those of whole updates but for noise.
///
/// Every element is added with a random sign to a random one of the numbers: the count sketch of
/// Charikar, Chen and Farach-Colton (2002), and the feature hashing of Weinberger and others (arXiv
/// 0902.2206). The product of two projections has the right mean and a standard deviation of at
/// most √(2/16,384) of the product of both norms. The seed comes after all updates were fixed, so
/// nobody can hide in what is not seen.
package struct UpdateProjection: Sendable, Equatable {
    /// Numbers of a projection.
    package static let width = 16_384

    /// The numbers.
    package private(set) var values = [Double](repeating: 0, count: width)

    /// Projects an update under a seed; `tensorSizes` are the elements of each tensor.
    package init(_ update: SparseUpdate, tensorSizes: [Int], seed: Digest) {
        let random = CounterRandom(
            seed: seed.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        var first = 0
        for (tensor, size) in zip(update.tensors, tensorSizes) {
            var (number, block) = (-1, SIMD4<UInt32>())
            for (index, value) in zip(tensor.indices, tensor.values) {
                let place = first + Int(index)
                if place / 4 != number {
                    number = place / 4
                    block = random.block(UInt64(number))
                }
                let word = block[place % 4]
                let signed = word & 1 == 0 ? Double(value) : -Double(value)
                values[Int(word >> 18)] += signed
            }
            first += size
        }
    }

    /// The inner product with another, in binary64 in ascending order.
    package func product(_ other: UpdateProjection) -> Double {
        var sum = 0.0
        for number in 0..<UpdateProjection.width {
            sum += values[number] * other.values[number]
        }
        return sum
    }

    /// What commits to the projection: SHA-256 of its numbers in binary64, least byte first.
    package var digest: Digest {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 * values.count)
        for value in values {
            var bits = value.bitPattern
            for _ in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: bits))
                bits >>= 8
            }
        }
        return Digest(hashing: bytes)
    }
}

extension InnerProducts {
    /// The products of projections.
    package init(_ projections: [UpdateProjection]) {
        var rows = projections.map { _ in [Double](repeating: 0, count: projections.count) }
        for row in projections.indices {
            for column in 0...row {
                let product = projections[row].product(projections[column])
                rows[row][column] = product
                rows[column][row] = product
            }
        }
        self.init(rows: rows)
    }
}
