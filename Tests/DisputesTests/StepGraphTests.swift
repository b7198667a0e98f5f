import Disputes
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Testing
import Training

/// A step written out operator by operator.
@Suite("The graph of a step")
struct StepGraphTests {
    @Test("ends in the state in which training ends, step after step")
    func agreesWithTraining() throws {
        let step = try SampleStep(.first, steps: 2)
        #expect(step.trace.statement.opening == step.openingRoot)
        #expect(step.trace.statement.closing == step.closingRoot)
    }
}
