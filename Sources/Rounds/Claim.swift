import Encodings
package import Identity
package import Storage

/// What a worker says it did (`contribution.json`).
package struct Claim: Sendable, Equatable {
    /// The run's digest.
    package let run: Digest
    /// The round, from 1.
    package let round: Int
    /// The checkpoint trained from.
    package let base: Digest
    /// Who trained.
    package let worker: PublicKey
    /// Digest of the assignment's canonical line.
    package let assignment: Digest
    /// Merkle root of the training data.
    package let data: Digest
    /// How it was computed.
    package let arithmetic: ArithmeticClass
    /// Inner steps taken.
    package let steps: Int
    /// Tokens predicted in all steps together.
    package let tokens: Int
    /// Mean loss of each step, in micronats (1e-6 nat) a token.
    package let losses: [Int64]
    /// Digest of the worker state begun from; none for a fresh one.
    package let stateBefore: Digest?
    /// Digest of the worker state ended with.
    package let stateAfter: Digest

    /// A claim of the given parts.
    package init(
        run: Digest, round: Int, base: Digest, worker: PublicKey, assignment: Digest,
        data: Digest, arithmetic: ArithmeticClass, steps: Int, tokens: Int, losses: [Int64],
        stateBefore: Digest?, stateAfter: Digest
    ) {
        self.run = run
        self.round = round
        self.base = base
        self.worker = worker
        self.assignment = assignment
        self.data = data
        self.arithmetic = arithmetic
        self.steps = steps
        self.tokens = tokens
        self.losses = losses
        self.stateBefore = stateBefore
        self.stateAfter = stateAfter
    }

    /// The most bytes in the canonical form of a claim of `steps` steps: a loss has at most 16
    /// digits on a line of its own.
    static func sizeLimit(steps: Int) -> Int { 4096 + 24 * steps }

    /// Reads a claim of at most `stepLimit` steps.
    init(parsing bytes: [UInt8], stepLimit mostSteps: Int) throws(MalformedInput) {
        let limits = JSONLimits(bytes: Claim.sizeLimit(steps: mostSteps), depth: 2)
        let json: JSON
        do throws(MalformedInput) {
            json = try JSON(parsing: bytes, limits: limits)
        } catch {
            throw error.within("contribution.json")
        }
        var fields = try JSONFields(json, of: "contribution.json")
        try fields.constant("type", "contribution")
        run = try fields.digest("run")
        round = Int(try fields.integer("round", in: 1...Int64(UInt32.max)))
        base = try fields.digest("base")
        worker = try fields.publicKey("worker")
        assignment = try fields.digest("assignment")
        data = try fields.digest("data")
        arithmetic = try fields.value("arithmetic", expected: Claim.arithmetics) { value in
            ArithmeticClass.allCases.first { $0.json == value }
        }
        steps = Int(try fields.integer("steps", in: 1...stepLimit))
        tokens = Int(try fields.integer("tokens", in: 1...stepLimit))
        losses = try fields.integers("loss_micronats", in: 0...stepLimit)
        stateBefore = try fields.nullableDigest("state_before")
        stateAfter = try fields.digest("state_after")
        try fields.finish()
        guard self.json.prettyBytes() == bytes else {
            throw MalformedInput("expected the canonical form", in: "contribution.json")
        }
    }

    /// What the field `arithmetic` may hold.
    private static let arithmetics = ArithmeticClass.allCases
        .map { String(decoding: $0.json.canonicalBytes(), as: UTF8.self) }
        .joined(separator: " or ")

    var json: JSON {
        [
            "type": "contribution",
            "run": run.json,
            "round": .integer(Int64(round)),
            "base": base.json,
            "worker": worker.json,
            "assignment": assignment.json,
            "data": data.json,
            "arithmetic": arithmetic.json,
            "steps": .integer(Int64(steps)),
            "tokens": .integer(Int64(tokens)),
            "loss_micronats": .array(losses.map { .integer($0) }),
            "state_before": stateBefore?.json ?? .null,
            "state_after": stateAfter.json,
        ]
    }
}
