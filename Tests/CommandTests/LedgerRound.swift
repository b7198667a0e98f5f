import Artifacts
import Encodings
import Foundation
import TestFiles
import Identity
import Storage

/// The files of one small round: keys from phrases, two contributions, and verdicts on them.
struct LedgerRound {
    static let run = Digest(hashing: runFile)

    /// The bytes of the run file.
    static let runFile = (try? VectorFile.bytes("run/small.yaml")) ?? []

    /// The key that `keygen --seed-from` makes of a phrase.
    static func key(_ phrase: String) -> SigningKey {
        let text = "nous-tools demonstration key v1\n\(phrase)"
        return SigningKey(seed: Digest(hashing: Array(text.utf8)).bytes)
    }

    /// A contribution of `tokens` tokens, signed by its worker.
    ///
    /// The claim ends in `padding` blanks.
    static func contribution(
        _ phrase: String, tokens: UInt64, round: UInt32 = 1, padding: Int = 0,
        run: Digest = Self.run
    ) -> Artifact {
        let worker = key(phrase)
        let claim: JSON = [
            "type": "contribution", "run": run.json, "round": .integer(Int64(round)),
            "base": run.json, "worker": worker.publicKey.json, "tokens": .integer(Int64(tokens)),
        ]
        let text = claim.prettyBytes() + [UInt8](repeating: UInt8(ascii: " "), count: padding)
        var artifact = Artifact(kind: .contribution, members: [("contribution.json", text)])
        artifact.sign(with: worker)
        return artifact
    }

    /// A verdict on that contribution, one line.
    static func verdict(
        _ outcome: Verdict.Outcome, on artifact: Artifact, of phrase: String, tokens: UInt64,
        round: UInt32 = 1, run: Digest = Self.run
    ) -> [UInt8] {
        let claims = Verdict.Claims(
            run: run, round: round, base: run, worker: key(phrase).publicKey, tokens: tokens,
            stateBefore: nil, stateAfter: run)
        return Verdict(
            contribution: artifact.digest, claims: claims, outcome: outcome, reason: "checked"
        ).line(signedWith: key("verifier"))
    }

    /// Writes keys, contributions and verdicts into a directory, and creates the ledger `L` there.
    ///
    /// Round 1 is open, and its roster in `roster.json`. More terms of the reward are lines of the run
    /// file.
    static func write(to transcript: CommandTranscript, terms: [String] = []) throws {
        let directory = transcript.directory
        let runFile = runFile + terms.joined().utf8
        let run = Digest(hashing: runFile)
        var verdicts: [UInt8] = []
        for (name, tokens, outcome) in [
            ("anna", 300, .accepted), ("boris", 100, .accepted), ("cheat", 400, .notReproduced),
        ] as [(String, UInt64, Verdict.Outcome)] {
            let artifact = contribution(name, tokens: tokens, run: run)
            try Data(artifact.fileBytes())
                .write(to: directory.appending(path: "\(name).contribution"))
            verdicts += verdict(outcome, on: artifact, of: name, tokens: tokens, run: run)
        }
        try Data(verdicts).write(to: directory.appending(path: "verdicts.ndjson"))
        for name in ["operator", "verifier", "anna", "boris", "cheat"] {
            try Data(key(name).solanaJSON).write(to: directory.appending(path: "\(name).json"))
        }
        try Data(runFile).write(to: directory.appending(path: "run.yaml"))
        let made = try transcript.run(
            """
            grants=; for name in anna boris cheat; do
              grants="$grants --grant $(nous-ledger keygen --public $name.json)=100"; done
            nous-ledger init L --run run.yaml --operator-key operator.json \
              --verifier $(nous-ledger keygen --public verifier.json) $grants
            for name in anna boris cheat; do
              nous-ledger join L --key $name.json --stake 100 --operator-key operator.json; done
            nous-ledger open L --round 1 --operator-key operator.json > roster.json
            """)
        precondition(made.isEmpty, made)
    }
}
