import Numerics
import Testing
import UpdateCodec

@Suite("Cosine transforms of blocks") struct TransformTests {
    static let shapes = [
        [64, 64], [128, 192], [65, 130], [29 * 3, 67], [7], [64], [100], [67], [1, 5], [280, 16],
    ]

    static func transformed(_ elements: [Float], _ shape: [Int]) -> [Float] {
        let coefficients = FloatView(count: elements.count)
        Transform.cosine.forward(
            FloatView(copying: elements), shape: shape, into: coefficients, Arithmetic(threads: 1))
        return coefficients.array
    }

    /// The largest divisor of at most 64.
    static func side(_ length: Int) -> Int { (1...min(64, length)).last { length % $0 == 0 } ?? 1 }

    @Test("are the sums that define them", arguments: shapes) func definition(shape: [Int]) {
        let (rows, columns) = (shape.count == 2 ? shape[0] : 1, shape[shape.count - 1])
        let (height, width) = (Self.side(rows), Self.side(columns))
        let elements = Sample.values(rows * columns, seed: 5, scale: 1)
        let coefficients = Self.transformed(elements, shape)
        func basis(_ k: Int, _ j: Int, _ size: Int) -> Double {
            let angle = Double.pi * Double(2 * j + 1) * Double(k) / Double(2 * size)
            return (Double(k == 0 ? 1 : 2) / Double(size)).squareRoot()
                * ElementaryFunctions.cos(angle)
        }
        // The last block, in its own order.
        let (top, left) = (rows - height, columns - width)
        let start = rows * columns - height * width
        for (k, l) in [(0, 0), (height - 1, width - 1), (height / 2, width / 3), (0, width / 2)] {
            var sum = 0.0
            for i in 0..<height {
                for j in 0..<width {
                    sum +=
                        basis(k, i, height) * basis(l, j, width)
                        * Double(elements[(top + i) * columns + left + j])
                }
            }
            #expect(abs(Double(coefficients[start + k * width + l]) - sum) < 1e-5)
        }
    }

    @Test("are undone by their inverse", arguments: shapes) func inverse(shape: [Int]) {
        let elements = Sample.values(shape.reduce(1, *), seed: 6, scale: 1)
        let restored = FloatView(count: elements.count)
        Transform.cosine.inverse(
            FloatView(copying: Self.transformed(elements, shape)), shape: shape, into: restored,
            Arithmetic(threads: 1))
        for (before, after) in zip(elements, restored.array) { #expect(abs(before - after) < 3e-6) }
    }

    @Test("have the same bits on any number of threads", arguments: [1, 2, 5])
    func threads(count: Int) {
        let elements = Sample.values(128 * 192, seed: 7)
        let coefficients = FloatView(count: elements.count)
        Transform.cosine.forward(
            FloatView(copying: elements), shape: [128, 192], into: coefficients,
            Arithmetic(threads: count))
        #expect(coefficients.array == Self.transformed(elements, [128, 192]))
    }

    static let chunks: [(shape: [Int], chunk: Int, keep: Int)] = [
        ([128, 64], 4096, 64), ([288, 288], 48 * 48, 36), ([64 * 10], 4096, 64),
        ([67, 67], 4096, 64), ([48, 20], 4 * 960, 60),
    ]

    @Test("a chunk is as many whole blocks as fit", arguments: chunks)
    func wholeBlocks(shape: [Int], chunk: Int, keep: Int) {
        let format = UpdateFormat(
            transform: .cosine, codec: TensorCodec(chunk: 4096, keep: 64, values: .sign))
        #expect(format.codec(of: shape) == TensorCodec(chunk: chunk, keep: keep, values: .sign))
    }

    @Test("or one block where none fits") func largeBlocks() {
        let format = UpdateFormat(
            transform: .cosine, codec: TensorCodec(chunk: 1000, keep: 10, values: .sign))
        #expect(
            format.codec(of: [64, 64]) == TensorCodec(chunk: 4096, keep: 40, values: .sign))
    }

    @Test("what is sent and what is withheld add up", arguments: ValueFormat.allCases)
    func residual(values: ValueFormat) {
        let format = UpdateFormat(
            transform: .cosine, codec: TensorCodec(chunk: 4096, keep: 64, values: values))
        let arithmetic = Arithmetic(threads: 1)
        let (shape, elements) = ([128, 64], Sample.values(128 * 64, seed: 8))
        let withheld = FloatView(copying: elements)
        let encoded = format.encode(withheld, shape: shape, arithmetic)
        format.subtract(encoded, from: withheld, shape: shape, arithmetic)
        let sent = FloatView(count: elements.count)
        format.codec(of: shape).accumulate(encoded, times: 1, into: sent)
        format.restore(sent, shape: shape, arithmetic)
        #expect(withheld.array == zip(elements, sent.array).map { $0 - $1 })
    }
}
