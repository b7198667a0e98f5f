import Numerics
import Storage

/// Keeps each element of a tensor with the same probability, by its index alone.
struct RandomMask: Sendable {
    private let random: CounterRandom
    private let density: Double

    /// The mask of one model's tensor under `seed`; `model` is its place among those merged.
    ///
    /// The key is the first 8 bytes of SHA-256 of a line of all three; the stream is 3.
    init(density: Double, seed: UInt64, tensor: String, model: Int) {
        let digest = Digest(
            hashing: Array("nous-tools model mask v1\n\(seed)\n\(model)\n\(tensor)\n".utf8))
        let key = digest.bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        random = CounterRandom(seed: key, stream: Self.stream)
        self.density = density
    }

    /// The stream of random numbers that masks are drawn from.
    static let stream: UInt32 = 3

    /// Whether each element of `range` is kept: where its uniform number is below the density.
    func keeps(_ range: Range<Int>) -> [Bool] {
        var keeps: [Bool] = []
        keeps.reserveCapacity(range.count)
        var block = SIMD4<UInt32>()
        for index in range {
            if index == range.lowerBound || index % 4 == 0 {
                block = random.block(UInt64(index / 4))
            }
            keeps.append(Double(block[index % 4] >> 8) * 0x1p-24 < density)
        }
        return keeps
    }
}
