import Artifacts
import Encodings
import Identity
import Rounds
import SampleRound

private let unsigned = "no valid signature of the worker"

extension ContributionCase {
    /// Signatures that do not hold, and work that is another's.
    static let signatureLies = [
        signature("signature-missing") { artifact, _ in artifact },
        signature("signature-of-another") { artifact, _ in
            var artifact = artifact
            artifact.sign(with: SampleRound.keys[1])
            return artifact
        },
        resigned("signature-bit-in-r") { $0[0] ^= 1 },
        resigned("signature-bit-in-s") { $0[40] ^= 1 },
        resigned("signature-last-bit") { $0[63] ^= 0x80 },
        resigned("signature-s-plus-order") { add(groupOrder, to: &$0[32...]) },
        resigned("signature-zero") { $0 = [UInt8](repeating: 0, count: 64) },
        resigned("signature-cut") { $0.removeLast() },
        resigned("signature-longer") { $0.append(0) },
        signature("signature-key-id") { artifact, text in
            var signature = NoteSignature(of: text, by: SampleRound.keys[0])
            signature.keyID[0] ^= 1
            return try artifact.adding(signature)
        },
        signature("signature-by-a-nickname") { artifact, text in
            try artifact.adding(NoteSignature(of: text, by: SampleRound.keys[0], name: "anna"))
        },
        signature("signature-of-other-text") { artifact, text in
            try artifact.adding(NoteSignature(of: text + text, by: SampleRound.keys[0]))
        },
        signature("signature-with-a-false-one-beside") { artifact, text in
            var artifact = artifact
            artifact.sign(with: SampleRound.keys[0])
            var forged = NoteSignature(of: text, by: SampleRound.keys[1])
            forged.signature[0] ^= 1
            return try artifact.adding(forged)
        },
        artifact("signature-low-order-key", .badSignature, unsigned) { setting in
            // A lax verifier takes R = A = the neutral element and S = 0 for every text.
            let neutral = [1] + [UInt8](repeating: 0, count: 31)
            guard let key = PublicKey(neutral) else { throw MalformedInput("a key has 32 bytes") }
            let honest = try setting.honest().contribution
            let artifact = setting.unsigned(honest.with(claim: honest.claim.with(worker: key)))
            return try artifact.adding(
                NoteSignature(
                    name: key.base58, keyID: NoteSignature.keyID(name: key.base58, key: key),
                    signature: neutral + [UInt8](repeating: 0, count: 32)))
        },
        artifact("copy-signed-by-another", .badSignature, unsigned) { setting in
            setting.signed(try setting.honest(worker: 1).contribution)
        },
        copy("copy-under-own-name", .wrongData, "assignment: expected ") { copied, _ in
            copied.claim.with(worker: SampleRound.keys[0].publicKey)
        },
        copy("copy-under-own-assignment", .wrongData, "steps: expected 5, found 3") {
            copied, honest in
            copied.claim.with(
                worker: honest.worker, assignment: honest.assignment,
                stateBefore: honest.stateBefore)
        },
        artifact(
            "copy-disguised", .notReproduced, "segment 1 (steps 1 to 2) ends in another state"
        ) { setting in
            let copied = try setting.honest(worker: 1).contribution
            return setting.signed(try LyingWorker(setting).disguise(copied))
        },
        artifact("copy-of-nobody-known", .cannotVerify, "the roster does not list the worker") {
            setting in
            let stranger = SigningKey(seed: [UInt8](repeating: 77, count: 32))
            let honest = try setting.honest().contribution
            var artifact = setting.unsigned(
                honest.with(claim: honest.claim.with(worker: stranger.publicKey)))
            artifact.sign(with: stranger)
            return artifact
        },
        artifact("replay-of-the-round-before", .wrongRun, "round: expected 3, found 2") {
            try $0.earlier[1].published(worker: 0, state: $0.states[0][0])
        },
        replay("replay-under-this-round", .wrongBase, "base: expected ") { old, _ in
            old.with(round: 3)
        },
        replay("replay-under-this-base", .wrongData, "assignment: expected ") { old, honest in
            old.with(round: 3, base: honest.base)
        },
        replay("replay-under-this-assignment", .badState, "state_before: expected ") {
            old, honest in
            old.with(round: 3, base: honest.base, assignment: honest.assignment)
        },
        replay(
            "replay-under-this-state", .notReproduced,
            "segment 1 (steps 1 to 2) ends in another state"
        ) { old, honest in honest.with(losses: old.losses, stateAfter: old.stateAfter) },
    ]

    /// A signature that is no signature of the worker's on the manifest's text.
    private static func signature(
        _ name: String,
        _ sign: @escaping @Sendable (Artifact, _ text: [UInt8]) throws -> Artifact
    ) -> ContributionCase {
        artifact(name, .badSignature, unsigned) { setting in
            let artifact = setting.unsigned(try setting.honest().contribution)
            return try sign(artifact, artifact.manifest.text)
        }
    }

    /// The honest signature with other bytes.
    private static func resigned(
        _ name: String, _ change: @escaping @Sendable (inout [UInt8]) -> Void
    ) -> ContributionCase {
        signature(name) { artifact, text in
            var signature = NoteSignature(of: text, by: SampleRound.keys[0])
            change(&signature.signature)
            return try artifact.adding(signature)
        }
    }

    /// Worker 1's work under a claim that worker 0 signs.
    private static func copy(
        _ name: String, _ outcome: Verdict.Outcome, _ reason: String,
        _ change: @escaping @Sendable (_ copied: Contribution, _ honest: Claim) -> Claim
    ) -> ContributionCase {
        artifact(name, outcome, reason) { setting in
            let copied = try setting.honest(worker: 1).contribution
            let claim = change(copied, try setting.honest().contribution.claim)
            return setting.signed(copied.with(claim: claim))
        }
    }

    /// Worker 0's work of the round before under another claim.
    private static func replay(
        _ name: String, _ outcome: Verdict.Outcome, _ reason: String,
        _ change: @escaping @Sendable (_ old: Claim, _ honest: Claim) -> Claim
    ) -> ContributionCase {
        contribution(name, outcome, reason) { honest, setting in
            let old = try setting.earlier[1].train(worker: 0, state: setting.states[0][0])
                .contribution
            return old.with(claim: change(old.claim, honest.claim))
        }
    }

    /// L = 2^252 + 27742317777372353535851937790883648493, least byte first.
    private static let groupOrder = Hex.decode(
        "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")

    private static func add(_ addend: [UInt8]?, to number: inout ArraySlice<UInt8>) {
        var carry = 0
        for (place, byte) in zip(number.indices, addend ?? []) {
            carry += Int(number[place]) + Int(byte)
            number[place] = UInt8(carry & 255)
            carry >>= 8
        }
    }
}

extension CorpusRound {
    /// A contribution as a bundle without a signature.
    func unsigned(_ contribution: Contribution) -> Artifact {
        contribution.artifact(layout: round.base.layout, codec: round.run.codec.codec)
    }
}

extension Artifact {
    /// The artifact with one more line of signature.
    func adding(_ signature: NoteSignature) throws -> Artifact {
        var manifest = self.manifest
        manifest.add(signature)
        return try Artifact.read(
            bytes: TarFile(self, manifest: manifest.bytes).bytes, expecting: nil)
    }
}
