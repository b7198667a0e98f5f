import Artifacts
import Identity
import Numerics
import Rounds
import SampleRound
import Storage
import Verification

/// A judge of the sample rounds.
enum Court {
    /// The first round, in which every worker begins fresh.
    static let first = SampleRound.first

    /// A worker's honest first round, trained once for all tests.
    static let honest = (0..<3).map { worker in Result { try first.train(worker: worker) } }

    /// What an honest worker publishes of its first round.
    static func published(worker: Int) throws -> Artifact {
        first.artifact(try honest[worker].get().contribution, signedBy: worker)
    }

    /// The finding about `artifact` of a judge that keeps no state of anybody, unless given.
    static func judge(
        _ artifact: Artifact, in round: SampleRound = first,
        lastState: Judge.LastState = .known { _ in nil }, threads: Int = 1, microBatch: Int = 8,
        instructionSet: InstructionSet = .best
    ) throws -> Judge.Finding {
        try Judge(
            Judge.RoundInputs(
                run: round.run, base: round.base, corpus: round.corpus,
                assignments: round.assignments),
            lastState: lastState, microBatch: microBatch,
            arithmetic: Arithmetic(threads: threads, instructionSet: instructionSet)
        ).judge(artifact) { _, _ in }
    }

    /// A judge whose last accepted state of every worker is `state`.
    static func keeping(_ state: WorkerState) -> Judge.LastState {
        let digest = state.artifact(layout: first.base.layout).digest
        return .known { _ in (digest, state.copy()) }
    }
}
