import Artifacts
import CommandLineTool
import Encodings
import Identity
import LanguageModel
import Rounds
import RunFiles
import Storage
import Verification

/// The contributions among operands that pass all checks before replay, each once.
struct SoundContributions {
    /// One of them.
    struct Contribution {
        let name: String
        let outline: ContributionOutline
        let read: @Sendable () throws -> Artifact
    }

    /// Those found.
    private(set) var contributions: [Contribution] = []
    /// What to end with if any was passed over.
    private(set) var failed: ExitStatus?

    /// Reads operands for a judge of the round, and reports what is passed over: what cannot be read
    /// or would be refused, and all of a worker who signed two.
    init(_ operands: [String], _ judge: Judge, _ layout: ParameterLayout) throws {
        var found: [Digest: Contribution] = [:]
        for operand in operands {
            do {
                let contribution = try SoundContributions.read(operand, judge, layout)
                found[contribution.outline.digest] = contribution
            } catch let error as SystemFailure {
                passOver(Failure(error))
            } catch let error as MalformedInput {
                passOver(Failure(error))
            }
        }
        let workers = Dictionary(grouping: found.values, by: \.outline.claim.worker)
        for (worker, own) in workers.sorted(by: { $0.key < $1.key }) {
            guard own.count > 1 else {
                contributions += own
                continue
            }
            let names = own.map { "'\($0.name)'" }.sorted().joined(separator: ", ")
            passOver(Failure(.malformedInput, "worker \(worker) signed more than one: \(names)"))
        }
    }

    private mutating func passOver(_ failure: Failure) {
        Terminal.report("nous-verify: error: \(failure.message)")
        failed = failed ?? failure.status
    }

    private static func read(
        _ operand: String, _ judge: Judge, _ layout: ParameterLayout
    ) throws -> Contribution {
        let (outline, read) = try ContributionFile.open(
            operand, limits: ContributionFile.limits(layout))
        if case .refused(let finding) = judge.examine(try read()) {
            throw MalformedInput(
                "\(finding.outcome.rawValue): \(finding.reason)", in: Operand.name(operand))
        }
        return Contribution(name: Operand.name(operand), outline: outline, read: read)
    }
}
