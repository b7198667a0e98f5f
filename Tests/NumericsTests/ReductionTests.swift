import Numerics
import Testing

/// Reductions in the fixed shape of 64 lanes.
@Suite struct ReductionTests {
    @Test(arguments: InstructionSet.available)
    func everySetGivesTheScalarShape(instructionSet: InstructionSet) {
        let arithmetic = Arithmetic(threads: 1, instructionSet: instructionSet)
        for count in [0, 1, 2, 15, 16, 17, 63, 64, 65, 100, 128, 288, 1_000, 4_097] {
            for seed in 1...5 as ClosedRange<UInt64> {
                let x = Samples.wide(count: count, seed: seed, stream: 1)
                let y = Samples.wide(count: count, seed: seed, stream: 2)
                let (xs, ys) = (FloatView(copying: x), FloatView(copying: y))
                let fused = ElementaryFunctions.fused
                #expect(
                    sameBits(
                        arithmetic.sum(xs),
                        lanes(x, 0) {
                            $0 + $1
                        } join: {
                            $0 + $1
                        }))
                #expect(
                    sameBits(
                        arithmetic.sumOfSquares(xs),
                        lanes(x, 0) {
                            fused($1, $1, $0)
                        } join: {
                            $0 + $1
                        }))
                #expect(
                    sameBits(
                        arithmetic.dot(xs, ys),
                        lanes(zip(x, y), (0, 0)) {
                            fused($1.0, $1.1, $0)
                        } join: {
                            $0 + $1
                        }))
                #expect(
                    sameBits(
                        arithmetic.maximum(xs),
                        lanes(x, -.infinity, from: -.infinity) {
                            $1 > $0 ? $1 : $0
                        } join: {
                            $1 > $0 ? $1 : $0
                        }))
            }
        }
    }

    @Test func blockNormDoesNotDependOnThreads() {
        let x = FloatView(copying: Samples.wide(count: 50_000, seed: 3).map { $0 * 0x1p-40 })
        let one = Arithmetic(threads: 1, instructionSet: .best).blockSumOfSquares(x)
        let three = Arithmetic(threads: 3, instructionSet: .best).blockSumOfSquares(x)
        #expect(one == three)
        var expected = 0.0
        for start in stride(from: 0, to: x.count, by: 4_096) {
            let block = x[start..<min(start + 4_096, x.count)].array
            let fused = ElementaryFunctions.fused
            expected += Double(
                lanes(block, 0) {
                    fused($1, $1, $0)
                } join: {
                    $0 + $1
                })
        }
        #expect(one == expected)
    }

    /// Element i goes to lane i mod 64, missing ones are `fill`; lanes are joined by halving.
    private func lanes<Elements: Sequence>(
        _ elements: Elements, _ fill: Elements.Element, from start: Float = 0,
        step: (Float, Elements.Element) -> Float, join: (Float, Float) -> Float
    ) -> Float {
        var lanes = [Float](repeating: start, count: 64)
        var padded = Array(elements)
        while padded.count % 64 != 0 { padded.append(fill) }
        for (index, element) in padded.enumerated() {
            lanes[index % 64] = step(lanes[index % 64], element)
        }
        while lanes.count > 1 {
            let half = lanes.count / 2
            lanes = (0..<half).map { join(lanes[$0], lanes[$0 + half]) }
        }
        return lanes[0]
    }
}

/// Kernels of two vectors.
@Suite struct RowUpdateTests {
    @Test(arguments: InstructionSet.available)
    func everySetUpdatesElementByElement(instructionSet: InstructionSet) {
        let arithmetic = Arithmetic(threads: 1, instructionSet: instructionSet)
        for count in [0, 1, 15, 16, 17, 100, 1_001] {
            let x = Samples.wide(count: count, seed: 1)
            let y = Samples.wide(count: count, seed: 2)
            let input = FloatView(copying: x)
            func check(_ update: (FloatView) -> Void, _ expected: (Float, Float) -> Float) {
                let output = FloatView(copying: y)
                update(output)
                let same = zip(output.array, zip(x, y)).allSatisfy {
                    sameBits($0, expected($1.0, $1.1))
                }
                #expect(same, "\(count) elements")
            }
            check({ arithmetic.add(input, to: $0) }, { $1 + $0 })
            check({ arithmetic.multiply($0, by: input) }, { $1 * $0 })
            check({ arithmetic.scale(input, by: 0.3, into: $0) }, { x, _ in 0.3 * x })
            check(
                { arithmetic.addScaled(input, by: -1.7, to: $0) },
                { ElementaryFunctions.fused(-1.7, $0, $1) })
            let places = (0..<count).map { UInt16($0) }
            check(
                { arithmetic.addScattered(x, by: -1.7, at: places, to: $0) },
                { ElementaryFunctions.fused(-1.7, $0, $1) })
        }
    }
}
