import ArgumentParser
import Artifacts
import CommandLineTool
import Encodings
import Identity
import LanguageModel
import Rounds
import RunFiles
import Storage
import Verification

/// Judges contributions by replaying them.
@main
struct NousVerify: Tool {
    static let configuration = CommandConfiguration(
        commandName: "nous-verify",
        abstract: "Replay contributions and print a signed verdict on each.",
        discussion: """
            Each contribution is checked and then replayed in full; it is accepted exactly if the \
            replay gives the same bytes. Who trains on what follows from the roster, the run file \
            and the data; no assignment is taken from anybody. One verdict a line goes to standard output. The exit status \
            is 0 if all are accepted, 1 if any is refused, 69 if any cannot be judged here.

            Example:
              nous-verify --run run.yaml --base base.tar.zst --data data \\
                --roster roster.json --key verifier.key --states states \\
                *.contribution > verdicts.ndjson
            """,
        version: toolVersion)

    @OptionGroup var round: RoundOptions

    @Option(
        help: ArgumentHelp(
            "What nous-ledger roster printed for this round; - is standard input.",
            valueName: "file"))
    var roster: String

    @Option(help: ArgumentHelp("The verifier's signing key.", valueName: "file"))
    var key: String

    @Option(
        help: ArgumentHelp(
            "Where the judge keeps the states of accepted workers; without it only fresh workers "
                + "can be replayed.", valueName: "directory"))
    var states: String?

    @Argument(help: ArgumentHelp("Contributions; - is standard input.", valueName: "contribution"))
    var contributions: [String]

    @OptionGroup var arithmetic: ArithmeticOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try Operand.expectOneStream(round.operands + [roster, key] + contributions)
    }

    func run() throws {
        let signingKey = try KeyFile.read(key)
        let inputs = try round.read()
        let assignments = try RosterFile.assignments(
            roster, round: inputs.number, run: inputs.run, corpus: inputs.corpus)
        let judge = Judge(
            Judge.RoundInputs(
                run: inputs.run, base: inputs.base, corpus: inputs.corpus,
                assignments: assignments),
            lastState: lastState(inputs), microBatch: arithmetic.microBatch,
            arithmetic: try arithmetic.arithmetic())
        var answers: Set<Verdict.Outcome> = []
        for operand in contributions {
            let verdict = try self.verdict(on: operand, by: judge, inputs)
            answers.insert(verdict.outcome)
            let line = verdict.signed(with: signingKey).canonicalBytes()
            try Operand.print(String(decoding: line, as: UTF8.self))
        }
        if answers.contains(where: { $0 != .accepted && $0 != .cannotVerify }) {
            throw ExitCode(ExitStatus.answerIsNo.rawValue)
        }
        if answers.contains(.cannotVerify) { throw ExitCode(ExitStatus.unavailable.rawValue) }
    }

    private var store: StateStore? { states.map { StateStore($0) } }

    private func lastState(_ inputs: RoundOptions.Round) -> Judge.LastState {
        guard let store else { return .unknown }
        return .known { worker in
            try store.last(of: worker, in: inputs.run, before: inputs.number, layout: inputs.base.layout)
        }
    }

    private func verdict(
        on operand: String, by judge: Judge, _ inputs: RoundOptions.Round
    ) throws -> Verdict {
        let artifact: Artifact
        switch try readContribution(operand, inputs.base.layout) {
        case .success(let read): artifact = read
        case .failure(let unreadable): return unreadable.verdict
        }
        var progress = Progress(quiet: global.quiet)
        let finding = try judge.judge(artifact) { done, total in
            progress.update("\(Operand.name(operand)): replaying step", done: done, of: total)
        }
        progress.finish()
        if let store, let state = finding.state {
            try store.keep(state, layout: inputs.base.layout)
        }
        return finding.verdict(on: artifact.digest)
    }

    /// A contribution whose bytes break the rules; the verdict names the digest of those bytes.
    private struct Unreadable: Error {
        let verdict: Verdict

        init(_ bytes: Digest, _ malformed: MalformedInput) {
            verdict = Verdict(
                contribution: bytes, claims: nil, outcome: .malformed,
                reason: malformed.description)
        }
    }

    private func readContribution(
        _ operand: String, _ layout: ParameterLayout
    ) throws -> Result<Artifact, Unreadable> {
        if !Operand.isStream(operand), Files.isDirectory(operand) {
            return try readDirectory(operand, layout)
        }
        let bytes = try Operand.read(operand, limit: ContributionFile.sizeLimit(layout))
        do {
            return .success(
                try Artifact.read(
                    bytes: bytes, expecting: .contribution,
                    limits: ContributionFile.limits(layout)))
        } catch let malformed as MalformedInput {
            return .failure(Unreadable(Digest(hashing: bytes), malformed))
        }
    }

    /// A directory stands for its manifest: the verdict on a broken one names SHA-256 of that file.
    private func readDirectory(
        _ path: String, _ layout: ParameterLayout
    ) throws -> Result<Artifact, Unreadable> {
        let limits = ContributionFile.limits(layout)
        let manifest = try Files.read(
            path: Files.join(path, "MANIFEST"), limit: limits.manifestSize)
        do {
            return .success(
                try Artifact.read(directory: path, expecting: .contribution, limits: limits))
        } catch let malformed as MalformedInput {
            return .failure(Unreadable(Digest(hashing: manifest), malformed))
        }
    }
}
