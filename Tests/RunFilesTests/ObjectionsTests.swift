import Artifacts
import Encodings
import Identity
import Rounds
import RunFiles
import SampleRound
import Storage
import Testing

/// What verifiers object to, counted.
@Suite("Objections of several verifiers") struct ObjectionsTests {
    private static let round = SampleRound.first
    private static let keys = SampleRound.keys.map(\.publicKey)
    private static let contribution = Digest(hashing: [1])

    private static func score(
        _ verifier: Int, _ objections: [Score.Objection], round number: UInt32 = 1,
        seed: Digest = contribution, projections: Digest = contribution
    ) -> (score: Score, verifier: PublicKey) {
        let score = Score(
            run: round.run.digest, round: number, base: round.base.digest,
            contribution: contribution, worker: keys[0], seed: seed, gains: [:],
            leaveOneOut: nil, dataUse: nil, standing: nil, nearest: nil,
            rating: Score.Rating(mean: 1, deviation: 1), projections: projections,
            objections: objections)
        return (score, keys[verifier])
    }

    private static func objections(
        _ records: [(score: Score, verifier: PublicKey)], trusted: Int = 3
    ) throws(MalformedInput) -> Objections {
        try Objections(
            records, of: Set(keys.prefix(trusted)), run: round.run, base: round.base)
    }

    @Test("count if as many as the quorum raise one, whichever")
    func quorum() throws {
        let two = try Self.objections([
            Self.score(0, [.harm]), Self.score(1, [.copy]), Self.score(2, []),
        ])
        #expect(try two.against(Self.contribution, quorum: 2) == [.copy, .harm])
        #expect(try two.against(Self.contribution, quorum: 3) == [])
    }

    @Test("of strangers and about other rounds do not count")
    func strangers() throws {
        let found = try Self.objections(
            [Self.score(0, []), Self.score(2, [.harm]), Self.score(1, [.harm], round: 2)],
            trusted: 2)
        #expect(try found.against(Self.contribution, quorum: 2) == [])
    }

    @Test("are decided by no fewer scores than nobody can overturn")
    func undecided() throws {
        let one = try Self.objections([Self.score(0, [])])
        #expect(try one.against(Self.contribution, quorum: 3) == [])
        #expect(
            refusal { _ = try one.against(Self.contribution, quorum: 2) }
                == "expected scores of contribution \(Self.contribution) by more of the 3 "
                + "--verifier keys, found 1, which do not decide")
        let split = try Self.objections([Self.score(0, []), Self.score(1, [.harm])])
        #expect(refusal { _ = try split.against(Self.contribution, quorum: 2) } != nil)
        let none = try Self.objections([])
        #expect(refusal { _ = try none.against(Self.contribution, quorum: 1) } != nil)
    }

    @Test("are refused if a verifier raises others a second time")
    func contradiction() throws {
        #expect(
            refusal { _ = try Self.objections([Self.score(0, []), Self.score(0, [.harm])]) }?
                .hasSuffix("in two ways") == true)
        let twice = try Self.objections(
            [Self.score(0, [.harm]), Self.score(0, [.harm])], trusted: 1)
        #expect(try twice.against(Self.contribution, quorum: 1) == [.harm])
    }

    @Test("are refused if verifiers looked at other seeds or contributions")
    func differences() {
        let other = Digest(hashing: [9])
        #expect(
            refusal {
                _ = try Self.objections([Self.score(0, []), Self.score(1, [], seed: other)])
            } == "verifiers \(Self.keys[0]) and \(Self.keys[1]) scored by different seeds")
        #expect(
            refusal {
                _ = try Self.objections([Self.score(0, []), Self.score(1, [], projections: other)])
            } == "verifiers \(Self.keys[0]) and \(Self.keys[1]) scored different contributions")
    }
}
