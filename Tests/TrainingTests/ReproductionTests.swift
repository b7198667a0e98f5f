import Artifacts
import Foundation
import Numerics
import Rounds
import SampleRound
import Storage
import Testing
import Training

@Suite("A contribution is a pure function of its inputs") struct ReproductionTests {
    @Test(
        "whatever the machine and the micro-batch", arguments: InstructionSet.available,
        [1, 2, 3, 8])
    func sameBits(instructionSet: InstructionSet, microBatch: Int) throws {
        let expected = try Sample.secondResult.get()
        for threads in 1...3 {
            let (contribution, state) = try Sample.second.train(
                worker: 0, state: Sample.firstResult.get().state, microBatch: microBatch,
                threads: threads, instructionSet: instructionSet)
            #expect(Sample.bundle(contribution) == Sample.bundle(expected.contribution))
            #expect(
                state.artifact(layout: Sample.layout)
                    == expected.state.artifact(layout: Sample.layout))
        }
    }

    @Test("the files have the same bytes") func sameBytes() throws {
        let again = try Sample.first.train(worker: 0, microBatch: 1, threads: 2).contribution
        #expect(
            Sample.first.artifact(again, signedBy: 0).fileBytes()
                == (try Sample.first.published(worker: 0).fileBytes()))
    }

    /// A change here is a change of the arithmetic, the codec or the format, and needs their
    /// versions to change.
    @Test("known answers", arguments: 0..<3) func knownAnswer(worker: Int) throws {
        let answers = try KnownAnswers()
        let round = Sample.first
        #expect(answers["run"] == round.run.digest.hex)
        #expect(answers["base"] == round.base.digest.hex)
        let first = try round.train(worker: worker)
        #expect(answers["round-1-worker-\(worker)"] == Sample.bundle(first.contribution).digest.hex)
        let second = try Sample.second.train(worker: worker, state: first.state)
        #expect(
            answers["round-2-worker-\(worker)"] == Sample.bundle(second.contribution).digest.hex)
    }
}

/// The digests in Tests/Vectors/rounds/contributions.txt by name.
private struct KnownAnswers {
    private let answers: [String: String]

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../Vectors/rounds/contributions.txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
        let pairs = lines.map { $0.split(separator: " ") }.map { (String($0[0]), String($0[1])) }
        answers = Dictionary(uniqueKeysWithValues: pairs)
    }

    subscript(name: String) -> String? { answers[name] }
}
