import Artifacts
import Rounds
import SampleRound

/// One contribution to the judged round, and what a judge must find.
struct ContributionCase: Sendable {
    /// What is wrong with it, which is the name of its file.
    let name: String
    /// The verdict.
    let outcome: Verdict.Outcome
    /// How the reason begins.
    let reason: String
    /// Makes its file.
    let file: @Sendable (CorpusRound) throws -> [UInt8]

    /// Everything that can be wrong with a contribution.
    static let dishonest =
        claimLies + claimForms + traceLies + workLies + recipeLies + memoryLies + stateLies
        + updateLies + signatureLies + memberLies + fileLies

    /// A contribution that is its bundle's file.
    static func artifact(
        _ name: String, _ outcome: Verdict.Outcome, _ reason: String,
        _ make: @escaping @Sendable (CorpusRound) throws -> Artifact
    ) -> ContributionCase {
        ContributionCase(name: name, outcome: outcome, reason: reason) {
            try make($0).fileBytes()
        }
    }

    /// Worker 0's honest contribution with a change, signed as if nothing were wrong.
    static func contribution(
        _ name: String, _ outcome: Verdict.Outcome, _ reason: String,
        _ change: @escaping @Sendable (Contribution, CorpusRound) throws -> Contribution
    ) -> ContributionCase {
        artifact(name, outcome, reason) { setting in
            setting.signed(try change(setting.honest().contribution, setting))
        }
    }

    /// Worker 0's honest contribution with another member of the same path, signed.
    static func member(
        _ name: String, _ path: String, _ reason: String,
        _ change: @escaping @Sendable ([UInt8]) -> [UInt8]?
    ) -> ContributionCase {
        artifact(name, .malformed, reason) { setting in
            var artifact = setting.signed(try setting.honest().contribution)
                .changing(path, change)
            artifact.sign(with: SampleRound.keys[0])
            return artifact
        }
    }

    /// The honest file with other bytes.
    static func bytes(
        _ name: String, _ reason: String, _ change: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) -> ContributionCase {
        ContributionCase(name: name, outcome: .malformed, reason: reason) { setting in
            change(setting.signed(try setting.honest().contribution).fileBytes())
        }
    }
}
