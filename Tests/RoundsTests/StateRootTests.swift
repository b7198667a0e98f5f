import Encodings
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Testing

@Suite("State roots") struct StateRootTests {
    /// A layout whose embedding of 33,600 elements is three tiles, the last one short.
    static let layout = ParameterLayout(SampleRound.sample(["model.vocab_size": 2100]).run.model)

    static let buffers = ["parameters", "first_moment", "second_moment", "residual"].enumerated()
        .map { number, name in
            let random = CounterRandom(seed: UInt64(number))
            return (
                name: name,
                values: FloatStorage(
                    copying: (0..<layout.count).map { random.normal(at: UInt64($0)) })
            )
        }

    static func root(steps: Int = 3, optimizerSteps: Int = 8, threads: Int = 1) -> Digest {
        StateRoot.root(
            steps: steps, optimizerSteps: optimizerSteps,
            buffers: buffers.map { ($0.name, .float32($0.values)) },
            layout: layout,
            arithmetic: Arithmetic(threads: threads))
    }

    /// The root by the words of docs/formats/contribution.md, leaf after leaf.
    static func specifiedRoot(steps: Int, optimizerSteps: Int) -> Digest {
        var leaves = [Array("nous-tools state v1\n\(steps)\n\(optimizerSteps)\n".utf8)]
        for (buffer, values) in buffers {
            for tensor in layout.tensors {
                let elements = Array(values.view.array[tensor.range])
                for offset in stride(from: 0, to: elements.count, by: 16_384) {
                    var leaf = Array("\(buffer)\n\(tensor.name)\n\(offset)\n".utf8)
                    for element in elements[offset...].prefix(16_384) {
                        let bits = element.bitPattern
                        leaf += [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: bits >> $0) }
                    }
                    leaves.append(leaf)
                }
            }
        }
        return tree(leaves.map { Digest(hashing: [0] + $0) }[...])
    }

    /// RFC 6962, section 2.1: the left part is the largest power of two below the number of leaves.
    static func tree(_ hashes: ArraySlice<Digest>) -> Digest {
        guard hashes.count > 1, let first = hashes.indices.first else {
            return hashes.first ?? Digest(hashing: [])
        }
        var left = 1
        while left * 2 < hashes.count { left *= 2 }
        let (a, b) = (tree(hashes[..<(first + left)]), tree(hashes[(first + left)...]))
        return Digest(hashing: [1] + a.bytes + b.bytes)
    }

    @Test(arguments: 1...3) func areAsSpecified(threads: Int) {
        #expect(Self.root(threads: threads) == Self.specifiedRoot(steps: 3, optimizerSteps: 8))
    }

    @Test func commitToBothStepCounts() {
        let roots = [
            Self.root(), Self.root(steps: 4), Self.root(optimizerSteps: 9),
            Self.root(steps: 8, optimizerSteps: 3),
        ]
        #expect(Set(roots).count == 4)
    }

    @Test("one bit of any buffer is another root", arguments: 0..<4)
    func commitToEveryElement(buffer: Int) {
        let copies = Self.buffers.map { ($0.name, $0.values.copy()) }
        let view = copies[buffer].1.view
        for index in [0, 16_383, 16_384, 33_599, view.count - 1] {
            let old = view[index]
            view[index] = old.nextUp
            let root = StateRoot.root(
                steps: 3, optimizerSteps: 8, buffers: copies.map { ($0.0, .float32($0.1)) },
                layout: Self.layout,
                arithmetic: Arithmetic(threads: 1))
            #expect(root != Self.root())
            view[index] = old
        }
    }

    @Test("the sign of a zero counts") func distinguishZeros() {
        let layout = SampleRound.first.base.layout
        let roots = [Float(0), -0.0].map { zero in
            let values = FloatStorage(count: layout.count)
            values.view[5] = zero
            return StateRoot.root(
                steps: 0, optimizerSteps: 0, buffers: [("parameters", .float32(values))],
                layout: layout,
                arithmetic: Arithmetic(threads: 1))
        }
        #expect(roots[0] != roots[1])
    }
}
