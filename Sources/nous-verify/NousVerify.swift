import ArgumentParser
import CommandLineTool

/// Judges contributions, which is what it does unless told otherwise.
@main
struct NousVerify: Tool {
    static let configuration = CommandConfiguration(
        commandName: "nous-verify",
        abstract: "Judge contributions by computing them again.",
        discussion: """
            The word "judge" may be left out.

            Example:
              nous-verify --run run.yaml --base base.tar.zst --data data \\
                --roster roster.json --key verifier.json --states judged \\
                *.contribution > verdicts.ndjson
            """,
        version: toolVersion,
        subcommands: [
            Judging.self, Planning.self, Auditing.self, ScoreRound.self, FindingEquivocations.self,
            TraceStep.self, Bisect.self, CheckFraud.self, MakeReceipts.self, CheckReceipts.self,
            SignModel.self, CheckModel.self,
        ],
        defaultSubcommand: Judging.self)
}
