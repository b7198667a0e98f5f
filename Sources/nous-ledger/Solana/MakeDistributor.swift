import ArgumentParser
import CommandLineTool
import Encodings
import Glibc
import Identity
import Solana

/// Makes a distributor.
struct MakeDistributor: Tool {
    static let configuration = CommandConfiguration(
        commandName: "distributor",
        abstract: "Make the transaction that sets up a distributor for a tree, and fills it.",
        discussion: """
            The payer becomes the admin. Times are seconds since 1970: start before end, both \
            still to come when the transaction is executed, and the clawback a day after the end. \
            Everybody can take a (mint, version) first, so the version follows from the root \
            unless one is given.

            Example:
              nous-ledger solana distributor --mint $MINT --fund-decimals 6 \\
                --key admin.json --start $START --end $END --clawback $CLAWBACK \\
                --blockhash $HASH tree.json
            """)

    @Argument(help: ArgumentHelp("The tree; - is standard input.", valueName: "tree"))
    var tree: String

    @OptionGroup var distributor: DistributorOptions
    @OptionGroup var payer: PayerOptions
    @OptionGroup var lifetime: LifetimeOptions

    @Option(help: ArgumentHelp("When locked amounts begin to be released.", valueName: "seconds"))
    var start: Int64

    @Option(help: ArgumentHelp("When all are released.", valueName: "seconds"))
    var end: Int64

    @Option(help: ArgumentHelp("When the rest may be taken back.", valueName: "seconds"))
    var clawback: Int64

    @Option(
        help: ArgumentHelp(
            "The token account that the rest is paid to; by default the admin's.",
            valueName: "address"))
    var clawbackReceiver: String?

    @Option(
        help: ArgumentHelp(
            "Fill the vault from the admin's account of a mint with these decimals.",
            valueName: "n"))
    var fundDecimals: UInt8?

    @Option(
        help: ArgumentHelp(
            "The time that the times are compared with; by default now.", valueName: "seconds"))
    var now: Int64?

    func validate() throws {
        try Operand.expectOneStream([tree, lifetime.nonces] + payer.key)
    }

    func run() throws {
        let keys = try payer.keys()
        let admin = try payer.address(keys)
        let tree = try SolanaFiles.tree(tree)
        let distributor = try distributor.distributor(of: tree)
        let receiver = try clawbackReceiver.map {
            try SolanaParse.address($0, "--clawback-receiver")
        }
        let account = AssociatedTokenAccount.address(owner: admin, mint: distributor.mint)
        let terms = DistributorTerms(
            tree, start: start, end: end, clawback: clawback,
            clawbackReceiver: receiver ?? account, admin: admin)
        try terms.check(at: now ?? Int64(time(nil)))
        var instructions = [DistributorProgram.newDistributor(distributor, terms)]
        if let fundDecimals {
            instructions.append(
                TokenProgram.transferChecked(
                    tree.total, of: Mint(distributor.mint, decimals: fundDecimals),
                    from: account, to: distributor.vault, by: try TokenAuthority(admin)))
        }
        try SingleTransaction.print(
            instructions, payer: admin, lifetime: try lifetime.lifetime(), keys: keys)
    }
}

/// Which distributor is meant.
struct DistributorOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The mint of the token.", valueName: "address"))
    var mint: String

    @Option(
        name: .customLong("distributor-version"),
        help: ArgumentHelp(
            "The distributor's number; by default the first 8 bytes of the root.",
            valueName: "n"))
    var version: UInt64?

    func distributor(of tree: DistributorTree) throws -> Distributor {
        Distributor(
            mint: try SolanaParse.address(mint, "--mint"),
            version: version ?? Distributor.version(for: tree.root))
    }
}
