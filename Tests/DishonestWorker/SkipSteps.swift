import ArgumentParser
import Artifacts
import CommandLineTool
import Corpus
import Identity
import Numerics
import Rounds
import RunFiles
import Training

/// Trains half of a worker's steps and claims all of them.
struct SkipSteps: Tool {
    static let configuration = CommandConfiguration(
        commandName: "skip",
        abstract: "Skip half the steps of a round and claim them all.",
        discussion: """
            Example:
              dishonest-worker skip --run run.yaml --base base.tar.zst --data data \\
                --assignments assignments --key worker.json -o lie.contribution
            """)

    @OptionGroup var round: RoundOptions
    @OptionGroup var assigned: AssignmentsOption

    @Option(help: "The worker's signing key.")
    var key: String

    @Option(name: .shortAndLong, help: "The contribution; standard output unless given.")
    var output: String?

    @OptionGroup var arithmetic: ArithmeticOptions

    func run() throws {
        let signingKey = try KeyFile.read(key)
        let round = try self.round.read()
        let assignments = try self.assigned.read(for: round)
        guard let assigned = assignments.first(where: { $0.worker == signingKey.publicKey }) else {
            throw Failure(.malformedInput, "the worker has no assignment in this round")
        }
        var half = assigned
        half.steps = max(1, assigned.steps / 2)
        half.sequences = Array(assigned.sequences.prefix(Int(half.steps * half.batch)))
        var local = LocalRound(
            LocalRound.Inputs(
                run: round.run, base: round.base, worker: assigned.worker,
                assignment: half, corpus: round.corpus, state: nil),
            microBatch: arithmetic.microBatch ?? 8, arithmetic: try arithmetic.arithmetic())
        while !local.isComplete { try local.advance() }
        var artifact = forge(try local.finish().contribution, assigned)
            .artifact(layout: round.base.layout, codec: round.run.codec.codec)
        artifact.sign(with: signingKey)
        try Operand.write(artifact, to: output)
    }

    /// The same update under a claim of the whole assignment: the missing losses repeat the last
    /// one, and the last segment is said to have taken all the missing steps.
    private func forge(_ honest: Contribution, _ assigned: Assignment) -> Contribution {
        let claim = honest.claim
        let missing = Int(assigned.steps) - claim.steps
        var trace = honest.trace
        if let last = trace.popLast() {
            trace.append(
                TraceSegment(
                    firstStep: last.firstStep, steps: last.steps + missing, opening: last.opening,
                    closing: last.closing))
        }
        let losses = claim.losses + Array(repeating: claim.losses.last ?? 0, count: missing)
        let forged = Claim(
            run: claim.run, round: claim.round, base: claim.base, worker: claim.worker,
            assignment: assigned.digest, data: claim.data, arithmetic: claim.arithmetic,
            steps: Int(assigned.steps),
            tokens: claim.tokens / claim.steps * Int(assigned.steps), losses: losses,
            stateBefore: claim.stateBefore, stateAfter: claim.stateAfter)
        return Contribution(claim: forged, trace: trace, update: honest.update)
    }
}
