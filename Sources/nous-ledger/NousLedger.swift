import ArgumentParser
import CommandLineTool

/// Keeps the ledger of a run.
@main
struct NousLedger: Tool {
    static let configuration = CommandConfiguration(
        commandName: "nous-ledger",
        abstract: "Keep the books of a run: who worked, what was verified, who is paid.",
        discussion: """
            A ledger is a directory with an append-only log and the operator's signed checkpoint \
            of it. Balances, payouts and slashes are derived from the entries alone, so anybody \
            can derive them again. Amounts on the command line are whole base units.

            Example:
              nous-ledger open ledger --round 1 --operator-key operator.json > roster.json
              nous-ledger append ledger --operator-key operator.json \\
                *.contribution verdicts.ndjson
              nous-ledger settle ledger --round 1 --operator-key operator.json
              nous-ledger audit ledger
            """,
        version: toolVersion,
        subcommands: [
            Keygen.self, Initialize.self, JoinRun.self, LeaveRun.self, NameRecovery.self,
            RotateKey.self, TransferMoney.self,
            OpenRound.self, PrintRoster.self, Submit.self, Seal.self, Append.self, CloseRound.self,
            ReviseVerdict.self, Settle.self, ExportAccounts.self, PayExport.self,
            ReconcileExport.self, Balance.self, Explain.self, Status.self, WhatIf.self,
            AdviseStake.self, ExportBooks.self, WriteTables.self, QueryLedger.self, Report.self,
            PrintLog.self, Audit.self, PrintLogKey.self, Prove.self, VerifyProof.self,
            RequestCosignature.self, WitnessLog.self, CosignLog.self, Doctor.self,
            SolanaCommand.self,
        ])
}
