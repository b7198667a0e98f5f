import Numerics
import Testing

/// Exact matrix products, against a chain of fused multiply-adds for each element.
@Suite struct ProductTests {
    @Test(arguments: InstructionSet.available)
    func everySetGivesTheScalarChain(instructionSet: InstructionSet) {
        for threads in [1, 2, 3] {
            let arithmetic = Arithmetic(threads: threads, instructionSet: instructionSet)
            for shape in ProductShape.odd {
                for layout in ProductLayout.allCases {
                    let problem = ProductProblem(shape, layout, seed: 1)
                    for accumulate in [false, true] {
                        let difference = problem.firstDifference(arithmetic, accumulate: accumulate)
                        #expect(difference == nil, "\(shape) \(layout) threads \(threads)")
                    }
                }
            }
        }
    }
}
