import Artifacts
import Encodings
import Identity
import Rounds
import SampleRound
import Storage
import Testing
import Verification

@Suite("Equivocation") struct EquivocationTests {
    /// Worker 0's honest claim, changed, as whoever is named signs it.
    static func claim(
        signedBy worker: Int = 0, _ change: (Claim) -> Claim = { $0 }
    ) throws -> JSON {
        let honest = try Court.honest[worker].get().contribution
        let artifact = Court.first.artifact(
            honest.with(claim: change(honest.claim)), signedBy: worker)
        return try SignedClaim(
            artifact.manifest, claim: artifact.member("contribution.json")
        ).json
    }

    static let digest = Digest(hashing: [])

    /// What verifier 2 says of a contribution.
    static func verdict(
        _ outcome: Verdict.Outcome, of contribution: Digest = digest, by verifier: Int = 2
    ) -> JSON {
        Verdict(
            contribution: contribution,
            claims: Verdict.Claims(
                run: digest, round: 1, base: digest, worker: SampleRound.keys[0].publicKey,
                tokens: 1, stateBefore: nil, stateAfter: digest),
            outcome: outcome, reason: "said so"
        ).signed(with: SampleRound.keys[verifier])
    }

    static func audit(_ outcome: Audit.Outcome, _ segments: [Int]) -> JSON {
        Audit(
            run: digest, round: 1, base: digest, contribution: digest,
            worker: SampleRound.keys[0].publicKey, segments: segments, of: 8, outcome: outcome,
            reason: "said so"
        ).signed(with: SampleRound.keys[2])
    }

    /// The proofs that the records give, in their order and in the reverse of it.
    static func proofs(_ records: [JSON]) throws -> [JSON] {
        var (forwards, backwards) = (Equivocation.Statements(), Equivocation.Statements())
        for record in records { try forwards.add(record) }
        for record in records.reversed() { try backwards.add(record) }
        #expect(forwards.equivocations == backwards.equivocations)
        return forwards.equivocations.map(\.json)
    }

    @Test("of a worker is proven by two contributions to one round") func worker() throws {
        let (one, other) = (
            try Self.claim(), try Self.claim { $0.with(losses: $0.losses.adding(1, at: 0)) }
        )
        let proofs = try Self.proofs([one, other, one, try Self.claim(signedBy: 1)])
        let proof = try #require(proofs.first)
        #expect(proofs.count == 1)
        #expect(proof["role"] == "worker")
        #expect(proof["key"]?.string == SampleRound.keys[0].publicKey.base58)
        #expect(proof["statements"]?.array?.count == 2)
        #expect(try Self.proofs([proof]) == [proof])
    }

    @Test("is none in contributions to two rounds, two runs or by two workers") func noWorker()
        throws
    {
        let claims = [
            try Self.claim(), try Self.claim { $0.with(round: 2) },
            try Self.claim { $0.with(run: Self.digest) }, try Self.claim(signedBy: 1),
        ]
        #expect(try Self.proofs(claims).isEmpty)
    }

    @Test("of a verifier is proven by two records, one of which denies what the other vouches for")
    func verifier() throws {
        for denied in [Verdict.Outcome.notReproduced, .wrongData, .badState] {
            let proofs = try Self.proofs([Self.verdict(.accepted), Self.verdict(denied)])
            let proof = try #require(proofs.first)
            #expect(proof["role"] == "verifier")
            #expect(try Self.proofs([proof]) == [proof])
        }
        for pair in [
            [Self.verdict(.accepted), Self.audit(.notReproduced, [3])],
            [Self.audit(.reproduced, [2, 3]), Self.audit(.notReproduced, [3])],
        ] {
            #expect(try Self.proofs(pair).count == 1)
        }
    }

    @Test("is none where both records may be true") func noVerifier() throws {
        for pair in [
            [Self.verdict(.accepted), Self.verdict(.accepted)],
            [Self.verdict(.accepted), Self.verdict(.cannotVerify)],
            [Self.verdict(.accepted), Self.verdict(.badSignature)],
            [Self.verdict(.accepted), Self.verdict(.wrongRun)],
            [Self.verdict(.wrongData), Self.verdict(.notReproduced)],
            [Self.verdict(.accepted), Self.verdict(.notReproduced, by: 1)],
            [
                Self.verdict(.accepted),
                Self.verdict(.notReproduced, of: Digest(hashing: [1])),
            ],
            [Self.audit(.reproduced, [2]), Self.audit(.notReproduced, [2, 3])],
            [Self.audit(.reproduced, [2]), Self.verdict(.notReproduced)],
        ] {
            #expect(try Self.proofs(pair).isEmpty)
        }
    }

    @Test("cannot be made up") func forged() throws {
        let proof = try #require(
            try Self.proofs([Self.verdict(.accepted), Self.verdict(.notReproduced)]).first)
        func with(_ key: String, _ value: JSON) -> JSON {
            .object(
                (proof.object ?? []).map { $0.key == key ? JSONMember(key: key, value: value) : $0 }
            )
        }
        let statements = proof["statements"]?.array ?? []
        for forged in [
            with("key", SampleRound.keys[0].publicKey.json), with("statements", [statements[0]]),
            with("statements", .array(statements.reversed())), with("role", "worker"),
            with("statements", [proof, proof]),
        ] {
            let line = refusal { _ = try Self.proofs([forged]) }
            #expect(line == "equivocation: the statements do not prove it")
        }
        let unsigned = JSON.object((statements[0].object ?? []).dropLast())
        #expect(refusal { _ = try Self.proofs([unsigned]) } != nil)
    }

    @Test("needs the signature of the worker that is named") func stolen() throws {
        let line = refusal {
            _ = try Self.claim { $0.with(worker: SampleRound.keys[1].publicKey) }
        }
        #expect(
            line == "no valid signature of the worker \(SampleRound.keys[1].publicKey)")
    }
}
