import Artifacts
import Corpus
import Encodings
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Testing
import Training
import Verification

/// Rows of whole documents that do not see each other, padded, in rounds that are judged.
@Suite("Rows of documents are trained on") struct DocumentTests {
    private static let round = SampleRound.verses
    private static let honest = Result { try round.train(worker: 0) }

    @Test("to the same bits whatever the machine and the micro-batch", arguments: [1, 2, 3])
    func sameBits(microBatch: Int) throws {
        let expected = try Self.honest.get().contribution
        for threads in 1...2 {
            let found = try Self.round.train(worker: 0, microBatch: microBatch, threads: threads)
                .contribution
            #expect(found.claim == expected.claim)
            #expect(found.trace == expected.trace && found.update == expected.update)
        }
    }

    @Test("and their work is accepted") func accepted() throws {
        let artifact = Self.round.artifact(try Self.honest.get().contribution, signedBy: 0)
        let finding = try Court.judge(artifact, in: Self.round, microBatch: 2)
        #expect(finding.outcome == .accepted, "\(finding.reason)")
    }

    @Test("and only the predicted tokens count as work") func predictedTokens() throws {
        let contribution = try Self.honest.get().contribution
        let (corpus, assignment) = (Self.round.corpus, Self.round.assignments[0])
        let predicted = assignment.sequences.reduce(0) { sum, index in
            let segments = corpus.row(Int(index), of: .train).segments ?? []
            return sum + segments.reduce(0) { $0 + $1 - 1 }
        }
        let all = assignment.sequences.count * corpus.sequenceLength
        #expect(contribution.claim.tokens == predicted && predicted < all)
        let claim = contribution.claim
        let lie = Contribution(
            claim: Claim(
                run: claim.run, round: claim.round, base: claim.base, worker: claim.worker,
                assignment: claim.assignment, data: claim.data, arithmetic: claim.arithmetic,
                steps: claim.steps, tokens: all, losses: claim.losses,
                stateBefore: claim.stateBefore, stateAfter: claim.stateAfter),
            trace: contribution.trace, update: contribution.update)
        let finding = try Court.judge(
            Self.round.artifact(lie, signedBy: 0), in: Self.round)
        #expect(finding.outcome == .wrongData)
        #expect(finding.reason == "tokens: expected \(predicted), found \(all)")
    }

    @Test("and the loss of a step is the mean over its predicted tokens") func meanLoss() throws {
        let inputs = Self.round.inputs(worker: 0)
        let model = LanguageModel(
            configuration: inputs.base.configuration,
            parameters: .float32(inputs.base.parameters),
            arithmetic: Arithmetic(threads: 1))
        let rows = inputs.assignment.sequences(ofStep: 0).map {
            inputs.corpus.tokenSequence(Int($0), of: .train)
        }
        #expect(rows.contains { ($0.segments?.count ?? 0) > 1 })
        // Each document alone, in the order in which they stand.
        let documents = rows.flatMap { row in
            var start = 0
            return (row.segments ?? []).map { length in
                defer { start += length }
                return Array(row.tokens[start..<start + length])
            }
        }
        let losses = documents.flatMap { model.losses(of: [$0]) }
        let mean = losses.reduce(0.0) { $0 + Double($1) } / Double(losses.count)
        let claimed = try Self.honest.get().contribution.claim.losses[0]
        #expect(claimed == Int64((mean * 1e6).rounded(.toNearestOrEven)))
    }

    @Test("and a run that does not reset attention learns otherwise") func otherRun() throws {
        let corpus = Self.round.corpus
        let other = SampleRound.sample(
            [
                "data": [
                    "root": corpus.dataRoot.json, "held_out": corpus.heldOutRoot.json,
                    "sequence_length": .integer(Int64(corpus.sequenceLength)),
                ],
                "model.max_position_embeddings": .integer(Int64(corpus.sequenceLength)),
            ], corpus: corpus)
        let found = try other.train(worker: 0).contribution
        #expect(found.claim.tokens == (try Self.honest.get().contribution.claim.tokens))
        #expect(found.claim.losses[0] != (try Self.honest.get().contribution.claim.losses[0]))
    }
}
