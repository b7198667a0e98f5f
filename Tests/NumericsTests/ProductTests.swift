import Numerics
import Testing

#if arch(x86_64)
    import NumericKernelsWide
#endif

/// Exact matrix products, against a chain of fused multiply-adds for each element.
@Suite struct ProductTests {
    @Test(arguments: InstructionSet.available)
    func everySetGivesTheScalarChain(instructionSet: InstructionSet) {
        for threads in [1, 2, 3] {
            compareWithScalarChains(Arithmetic(threads: threads, instructionSet: instructionSet))
        }
    }

    #if arch(x86_64)
        @Test(.enabled(if: InstructionSet.avx2.isAvailable))
        func theWideTilesGiveTheScalarChainInNarrowRegisters() throws {
            let arithmetic = Arithmetic(
                threads: 2, instructionSet: .avx512, kernels: NumericKernelsWide.makeKernelTable())
            try ArithmeticSelfTest.run(arithmetic)
            compareWithScalarChains(arithmetic)
        }
    #endif

    private func compareWithScalarChains(_ arithmetic: Arithmetic) {
        for shape in ProductShape.odd {
            for layout in ProductLayout.allCases {
                let problem = ProductProblem(shape, layout, seed: 1)
                for accumulate in [false, true] {
                    let difference = problem.firstDifference(arithmetic, accumulate: accumulate)
                    #expect(difference == nil, "\(shape) \(layout)")
                }
            }
        }
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func splittingTheDepthLeavesTheBits(seed: UInt64) {
        let arithmetic = Arithmetic(threads: 2)
        let problem = ProductProblem(ProductShape(m: 21, n: 45, k: 97), .tn, seed: seed)
        let whole = Matrix(rows: 21, columns: 45)
        arithmetic.product(problem.a, problem.b, into: whole)
        let parts = Matrix(rows: 21, columns: 45)
        let cut = Int(seed * 13)
        for part in [0..<cut, cut..<97] {
            arithmetic.product(
                problem.a.columns(part), problem.b.rows(part), into: parts, accumulate: true)
        }
        #expect(zip(whole.view.array, parts.view.array).allSatisfy(sameBits))
    }

    @Test func transposedOutputIsTheSameProduct() {
        let arithmetic = Arithmetic(threads: 2)
        let problem = ProductProblem(ProductShape(m: 30, n: 20, k: 50), .nt, seed: 1)
        let straight = Matrix(rows: 30, columns: 20)
        let turned = Matrix(rows: 20, columns: 30)
        arithmetic.product(problem.a, problem.b, into: straight)
        arithmetic.product(problem.a, problem.b, into: turned.transpose)
        for row in 0..<30 {
            for column in 0..<20 {
                #expect(sameBits(straight[row, column], turned[column, row]))
            }
        }
    }

    @Test func largeProductsAgreeAcrossSetsAndThreads() {
        let problem = ProductProblem(ProductShape(m: 411, n: 530, k: 900), .nn, seed: 9)
        var results: [[Float]] = []
        for instructionSet in InstructionSet.available where instructionSet != .baseline {
            for threads in [1, 2, 3] {
                let arithmetic = Arithmetic(threads: threads, instructionSet: instructionSet)
                let c = Matrix(rows: 411, columns: 530)
                arithmetic.product(problem.a, problem.b, into: c)
                results.append(c.view.array)
            }
        }
        for result in results { #expect(zip(result, results[0]).allSatisfy(sameBits)) }
    }

    @Test func productsInsideLoopsGiveTheSameBits() {
        let arithmetic = Arithmetic(threads: 3)
        let problem = ProductProblem(ProductShape(m: 64, n: 64, k: 64), .nt, seed: 2)
        let outputs = (0..<12).map { _ in Matrix(rows: 64, columns: 64) }
        arithmetic.parallelFor(12) { arithmetic.product(problem.a, problem.b, into: outputs[$0]) }
        for output in outputs {
            #expect(zip(output.view.array, outputs[0].view.array).allSatisfy(sameBits))
        }
    }
}
