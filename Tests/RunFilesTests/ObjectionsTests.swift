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
        _ verifier: Int, _ objections: [Score.Objection], round number: UInt32 = 1
    ) -> (score: Score, verifier: PublicKey) {
        let score = Score(
            run: round.run.digest, round: number, base: round.base.digest,
            contribution: contribution, worker: keys[0], seed: contribution, gains: [:],
            leaveOneOut: nil, dataUse: nil, standing: nil, nearest: nil,
            rating: Score.Rating(mean: 1, deviation: 1), projections: contribution,
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
        #expect(try found.against(Self.contribution, quorum: 1) == [])
        #expect(throws: MalformedInput.self) { try found.against(Self.contribution, quorum: 2) }
    }

    @Test("are refused if a verifier raises others a second time")
    func contradiction() throws {
        #expect(throws: MalformedInput.self) {
            try Self.objections([Self.score(0, []), Self.score(0, [.harm])])
        }
        let twice = try Self.objections([Self.score(0, [.harm]), Self.score(0, [.harm])])
        #expect(try twice.against(Self.contribution, quorum: 1) == [.harm])
    }
}
