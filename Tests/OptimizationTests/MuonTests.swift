import LanguageModel
import Numerics
import Optimization
import Testing

@Suite struct MuonTests {
    static func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
        let random = CounterRandom(seed: seed)
        let values = (0..<rows * columns).map { random.normal(at: UInt64($0)) }
        return Matrix(FloatStorage(copying: values).view, rows: rows, columns: columns)
    }

    @Test(
        "an orthogonalised matrix has singular values about 1",
        arguments: [(8, 8), (24, 9), (9, 24), (1, 5), (64, 48)])
    func singularValues(rows: Int, columns: Int) {
        let arithmetic = Arithmetic(threads: 1)
        let values = NewtonSchulz.orthogonalise(
            Self.random(rows, columns, seed: 3), arithmetic)
        // The squares of the singular values add up to the square of the norm.
        let mean = arithmetic.blockSumOfSquares(values) / Double(min(rows, columns))
        #expect((0.4...1.4).contains(mean), "\(mean)")
    }

    @Test("a transposed matrix has the transposed result, to the bit") func transposition() {
        let arithmetic = Arithmetic(threads: 1)
        let (wide, tall) = (Self.random(6, 11, seed: 5), Matrix(rows: 11, columns: 6))
        for row in 0..<6 {
            for column in 0..<11 { tall[column, row] = wide[row, column] }
        }
        let wideResult = Matrix(
            NewtonSchulz.orthogonalise(wide, arithmetic), rows: 6, columns: 11)
        let tallResult = Matrix(
            NewtonSchulz.orthogonalise(tall, arithmetic), rows: 11, columns: 6)
        for row in 0..<6 {
            for column in 0..<11 {
                // Only the norm is summed in another order.
                let difference = abs(wideResult[row, column] - tallResult[column, row])
                #expect(difference <= 1e-5)
            }
        }
    }

    @Test("zeros stay zeros") func zeros() {
        let values = NewtonSchulz.orthogonalise(
            Matrix(rows: 3, columns: 4), Arithmetic(threads: 1))
        #expect(values.array.allSatisfy { $0 == 0 })
    }

    @Test("only matrices between embedding and head are orthogonalised") func tensors() throws {
        let configuration = try ModelConfiguration(
            vocabularySize: 31, hiddenSize: 12, intermediateSize: 16, layerCount: 1, headCount: 3,
            headSize: 4, contextLength: 4, tiesEmbeddings: false)
        let names = ParameterLayout(configuration).tensors.filter(Muon.orthogonalises).map(\.name)
        let parts =
            ["self_attn.q", "self_attn.k", "self_attn.v", "self_attn.o"]
            + ["mlp.gate", "mlp.up", "mlp.down"]
        #expect(names == parts.map { "model.layers.0.\($0)_proj.weight" })
    }

    @Test("threads and instruction sets do not change a bit", arguments: [false, true])
    func bits(isRounded: Bool) throws {
        let configuration = try ModelConfiguration(
            vocabularySize: 101, hiddenSize: 63, intermediateSize: 130, layerCount: 1,
            headCount: 3, headSize: 6, contextLength: 4, tiesEmbeddings: true)
        let layout = ParameterLayout(configuration)
        func run(_ arithmetic: Arithmetic) -> [UInt32] {
            let start = Initialization.parameters(layout, seed: 1)
            let parameters: WeightStorage
            if isRounded {
                let rounded = BFloat16Storage(count: layout.count)
                arithmetic.narrow(start.view, to: rounded)
                parameters = .bfloat16(rounded)
            } else {
                parameters = .float32(start)
            }
            let (first, second) = (
                FloatStorage(count: layout.count), FloatStorage(count: layout.count)
            )
            for step in 1...3 {
                Muon(.init(weightDecay: 0.1, others: .init())).step(
                    parameters: parameters,
                    gradient: Initialization.parameters(layout, seed: UInt64(step + 1)),
                    firstMoment: first, secondMoment: second, layout: layout, learningRate: 0.01,
                    step: step, gradientScale: 0.5, rounding: CounterRandom(seed: 9),
                    arithmetic: arithmetic)
            }
            return parameters.view.array.map(\.bitPattern)
        }
        let expected = run(Arithmetic(threads: 1))
        for set in InstructionSet.available {
            #expect(run(Arithmetic(threads: 3, instructionSet: set)) == expected)
        }
    }
}
