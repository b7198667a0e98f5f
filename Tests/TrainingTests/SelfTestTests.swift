import Numerics
import Storage
import Testing
import Training

@Suite("the training self-test")
struct SelfTestTests {
    @Test("has its known answer under every kernel set", arguments: InstructionSet.available)
    func knownAnswer(set: InstructionSet) throws {
        for threads in 1...3 {
            let found = try TrainingSelfTest.fingerprint(
                Arithmetic(threads: threads, instructionSet: set))
            #expect(found.hex == TrainingSelfTest.knownAnswer)
        }
    }
}
