import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Solana

/// Makes lookup tables.
struct MakeLookupTables: Tool {
    static let configuration = CommandConfiguration(
        commandName: "lookup-table",
        abstract: "Make lookup tables for a list, so that more payments fit in a transaction.",
        discussion: """
            Prints the transactions that make the tables, each to be confirmed before the next is \
            sent, and the tables, for payout --lookup-table. Give the same list and options as \
            for the payout. Tables can be used from the next slot on. The slots of --slot and, \
            for more tables, the ones before it must be recent and not skipped.

            Example:
              nous-ledger solana lookup-table --mint $MINT --decimals 6 --key payer.json \\
                --slot $SLOT --blockhash $HASH payouts.csv > tables.ndjson
            """)

    @Argument(help: ArgumentHelp("The list; - is standard input.", valueName: "list"))
    var list: String = "-"

    @OptionGroup var token: TokenOptions
    @OptionGroup var payer: PayerOptions

    @Option(
        help: ArgumentHelp(
            "Who may extend and close the tables; by default the payer.", valueName: "address"))
    var tableAuthority: String?

    @Option(help: ArgumentHelp("A recent slot.", valueName: "n"))
    var slot: UInt64

    @Option(help: ArgumentHelp("A recent blockhash.", valueName: "hash"))
    var blockhash: String

    func validate() throws {
        try Operand.expectOneStream([list] + payer.key)
    }

    func run() throws {
        let keys = try payer.keys()
        let payer = try payer.address(keys)
        let blockhash = try SolanaParse.blockhash(blockhash, "--blockhash")
        let plan = try LookupTablePlan(
            try SolanaFiles.list(list),
            try token.terms(payer: payer, lifetime: .blockhash(blockhash)),
            authority: try tableAuthority.map { try SolanaParse.address($0, "--table-authority") }
                ?? payer, slot: slot, blockhash: blockhash)
        try SingleTransaction.print(plan.transactions, keys: keys)
        for table in plan.tables { try SolanaFiles.print(.table(table)) }
    }
}
