import Disputes
import Encodings
import Numerics
import Rounds
import SampleRound
import Storage
import Training

extension FuzzedParser {
    /// Fraud proofs, statements and lines of operators, and the elements that operators of any line
    /// compute: whoever makes up a proof against himself chooses them all.
    static let dispute = FuzzedParser(
        "dispute", seeds: { disputeSeeds },
        { bytes in
            try offer(
                bytes,
                to: [
                    { proof in
                        let read = try FraudProof(parsing: proof)
                        expect(try FraudProof(parsing: read.bytes).bytes == read.bytes, "one proof")
                        _ = try read.check()
                    },
                    { _ = try StepStatement.verify(JSON(parsing: $0, limits: .record)) },
                    { _ = try StepRoots.verify(JSON(parsing: $0, limits: .record)) },
                    { line in
                        let index = TraceLimits.operators
                        let step = try CommittedOperator(parsing: line, index: index).description
                        guard step.kind != .source, step.kind != .state else { return }
                        try step.expectSound()
                        for (row, column) in [
                            (0, 0), (step.shape.rows - 1, step.shape.columns - 1),
                        ] {
                            let inputs = InventedInputs(step: step)
                            _ = try? step.values(row: row, column..<column + 1, from: inputs)
                        }
                    },
                ])
        })

    /// Inputs of a shape that follows from the operator's, with numbers of every kind.
    private struct InventedInputs: OperatorInputs {
        let step: Operator

        func shape(_ input: Int) -> Operator.Shape {
            Operator.Shape(
                max(1, step.inputs[input] % 97), max(1, step.inputs[input] * 31 % 8_209))
        }

        func read(
            _ input: Int, row: Int, _ columns: Range<Int>
        ) throws(MalformedInput) -> [Float] {
            guard shape(input).contains(row: row, columns) else {
                throw MalformedInput("expected a part of a row")
            }
            let numbers: [Float] = [
                0, -1, 1, 3, 0.5, .infinity, .nan, -1e30, .leastNonzeroMagnitude, 7, -0.0, 2,
            ]
            return columns.map { numbers[(row + $0 + input) % numbers.count] }
        }
    }

    private static let disputeSeeds: [[UInt8]] = {
        let round = SampleRound.first
        let arithmetic = Arithmetic(threads: 1)
        var local = LocalRound(
            round.inputs(worker: 0), microBatch: 1, arithmetic: arithmetic)
        let contribution = TracedContribution(
            digest: round.run.digest, run: round.run.digest, round: 1, worker: local.inputs.worker)
        guard let beginning = StepBeginning(local) else { return [] }
        func trace(by signer: Int, altering number: Int?) -> StepTrace {
            let values = StepValues(beginning, arithmetic: arithmetic) { index, value in
                if index == number { value[0] += 1 }
            }
            return StepTrace(
                of: contribution, at: StepTrace.Place(step: 0, optimizerSteps: 0), values,
                signedBy: SampleRound.keys[signer], arithmetic: arithmetic)
        }
        let gate = beginning.graph.operators.firstIndex { $0.kind == .gate }
        let (honest, lie) = (trace(by: 0, altering: nil), trace(by: 1, altering: gate))
        var kinds: Set<OperatorKind> = []
        let lines = honest.operators.filter { kinds.insert($0.description.kind).inserted }
            .map(\.line)
        let roots = StepRoots(
            contribution: contribution, roots: [honest.statement.opening, honest.statement.closing])
        var seeds = lines + [honest.record.orderedBytes()]
        seeds.append(roots.signed(with: SampleRound.keys[0]).orderedBytes())
        if case .fraud(let proof, _) = try? Bisection(honest, lie, arithmetic: arithmetic).answer()
        {
            seeds.append(proof.bytes)
        }
        return seeds
    }()
}
