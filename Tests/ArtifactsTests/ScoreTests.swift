import Artifacts
import Encodings
import Identity
import Storage
import Testing

/// Signed scores.
@Suite("Score records")
struct ScoreTests {
    private static let key = SigningKey(seed: [UInt8](repeating: 7, count: 32))
    private static let interval = Score.Interval(mean: -5, low: -9, high: 2)
    private static let score = Score(
        run: Digest(hashing: [1]), round: 3, base: Digest(hashing: [2]),
        contribution: Digest(hashing: [3]), worker: key.publicKey, seed: Digest(hashing: [4]),
        gains: [
            .assigned: Score.Gain(sequences: 64, before: 5_000_000, gain: interval),
            .held: Score.Gain(sequences: 2, before: 0, gain: interval),
        ], leaveOneOut: Score.Gain(sequences: 2, before: 1, gain: interval), dataUse: interval,
        standing: Score.Standing(norm: -1_000_000, cosine: 1_000_000, direction: 1),
        nearest: Score.Neighbour(contribution: Digest(hashing: [5]), likeness: -1_000_000),
        rating: Score.Rating(mean: -1, deviation: 8_333_333), projections: Digest(hashing: [6]),
        objections: [.copy, .direction])

    @Test("are read as they were signed")
    func roundTrip() throws {
        let line = Self.score.line(signedWith: Self.key)
        let (score, verifier) = try Score.verify(JSON(parsing: Array(line.dropLast())))
        #expect(score == Self.score)
        #expect(verifier == Self.key.publicKey)
    }

    @Test("may lack what could not be measured")
    func absent() throws {
        var score = Self.score
        score.gains = [:]
        (score.leaveOneOut, score.dataUse, score.standing, score.nearest) = (nil, nil, nil, nil)
        score.objections = []
        #expect(try Score.verify(score.signed(with: Self.key)).record == score)
    }

    /// Changes of a record, each of which a reader refuses.
    private static let changes: [(path: [String], value: JSON)] = [
        (["type"], "verdict"), (["round"], 0), (["gains", "assigned", "sequences"], 1),
        (["gains", "assigned", "sequences"], 65_537), (["gains", "assigned", "before"], -1),
        (["gains", "assigned", "gain", "low"], -4), (["gains", "assigned", "gain", "high"], -6),
        (["gains", "other"], JSON.null), (["data_use", "mean"], .integer(1 << 53)),
        (["standing", "cosine"], 1_000_001), (["nearest", "likeness"], -1_000_001),
        (["rating", "deviation"], 0), (["objections"], ["direction", "copy"]),
        (["objections"], ["copy", "copy"]), (["objections"], ["dull"]), (["objections"], "copy"),
        (["standing", "extra"], 1), (["extra"], 1),
    ]

    @Test("are refused with any figure out of bounds, or out of place", arguments: changes.indices)
    func refusals(number: Int) throws {
        let (path, value) = Self.changes[number]
        var unsigned = Self.score.signed(with: Self.key)
        unsigned.remove("signature")
        unsigned.set(path[...], value)
        #expect(throws: MalformedInput.self) {
            try Score.verify(SignedRecord.sign(unsigned, with: Self.key))
        }
    }

    @Test("are refused with another signature")
    func signature() throws {
        var other = Self.score
        other.round = 4
        var record = Self.score.signed(with: Self.key)
        let signature = try #require(other.signed(with: Self.key)["signature"])
        record.set(["signature"], signature)
        #expect(throws: MalformedInput.self) { try Score.verify(record) }
    }
}

extension JSON {
    /// Sets the member at a path of keys.
    fileprivate mutating func set(_ path: ArraySlice<String>, _ value: JSON) {
        guard let key = path.first, var members = object else { return self = value }
        if let index = members.firstIndex(where: { $0.key == key }) {
            members[index].value.set(path.dropFirst(), value)
        } else {
            members.append(JSONMember(key: key, value: value))
        }
        self = .object(members)
    }

    fileprivate mutating func remove(_ key: String) {
        self = .object((object ?? []).filter { $0.key != key })
    }
}
