import ArgumentParser
import CommandLineTool

/// Pays on Solana.
struct SolanaCommand: Tool {
    static let configuration = CommandConfiguration(
        commandName: "solana",
        abstract: "Make, sign and check transactions that pay on Solana; no network is needed.",
        discussion: """
            Every step reads and writes lines of JSON. Whatever can send a transaction sends \
            them; what came of it is checked against dumped responses of a node.

            Example:
              nous-ledger solana payout --mint $MINT --decimals 6 --payer $PAYER \\
                --blockhash $HASH payouts.csv > unsigned.ndjson
              nous-ledger solana sign --key payer.json unsigned.ndjson > signed.ndjson
              nous-ledger solana reconcile --payout signed.ndjson responses.json
            """,
        subcommands: [
            MakePayout.self, SignTransactions.self, InspectTransactions.self,
            ReconcilePayout.self, NonceCommand.self, MakeLookupTables.self, MakeTree.self,
            MakeDistributor.self, MakeClaim.self, AnchorCheckpoint.self,
        ])
}
