import Foundation
import Numerics
import Testing

/// The check at start-up.
@Suite struct SelfTestTests {
    @Test(arguments: InstructionSet.available)
    func everySetPasses(instructionSet: InstructionSet) throws {
        try ArithmeticSelfTest.run(Arithmetic(threads: 2, instructionSet: instructionSet))
    }

    @Test func theAnswersAreThePublishedOnes() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Vectors/numerics-fingerprints.txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }.map(String.init)
        let answers = ArithmeticSelfTest.knownAnswers.map { answer in
            let digits = String(answer.fingerprint, radix: 16)
            return answer.name + " " + String(repeating: "0", count: 16 - digits.count) + digits
        }
        #expect(lines == answers)
    }

    #if arch(x86_64)
        @Test(
            arguments: [
                (0x1F80 | 0x2000, "rounding is not to nearest even"),
                (0x1F80 | 0x8000, "subnormal results are flushed to zero"),
                (0x1F80 | 0x0040, "subnormal operands are taken as zero"),
            ] as [(UInt64, String)])
        func otherRulesOfRoundingAreRefused(control: UInt64, reason: String) {
            let arithmetic = Arithmetic(threads: 1)
            let found = FloatEnvironment(control: control).impose {
                () -> ArithmeticUnavailable? in
                do throws(ArithmeticUnavailable) {
                    try ArithmeticSelfTest.run(arithmetic)
                    return nil
                } catch { return error }
            }
            #expect(found?.description == "cannot compute here: \(reason)")
        }
    #endif

    @Test func fingerprintsAreFNV1a() {
        #expect(Fingerprint.of([]) == 0xCBF2_9CE4_8422_2325)
        let letters = Float(bitPattern: 0x6463_6261)
        #expect(Fingerprint.of([letters]) == 0xFC17_9F83_EE07_24DD)
        #expect(Fingerprint.of([-.nan]) == Fingerprint.of([.nan]))
    }
}
