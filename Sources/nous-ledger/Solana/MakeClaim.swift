import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Solana

/// Fetches a claim.
struct MakeClaim: Tool {
    static let configuration = CommandConfiguration(
        commandName: "claim",
        abstract: "Make the transaction by which a claimant fetches tokens from a distributor.",
        discussion: """
            The payer is the claimant, who signs. The first claim pays what is unlocked; with \
            --locked what was released since is fetched. The tree is checked as a whole, and \
            against the distributor's account if a node's answer with it is given.

            Example:
              nous-ledger solana claim --mint $MINT --key worker.json --blockhash $HASH \\
                --create-account --distributor-account account.json tree.json
            """)

    @Argument(help: ArgumentHelp("The tree; - is standard input.", valueName: "tree"))
    var tree: String

    @OptionGroup var distributor: DistributorOptions
    @OptionGroup var payer: PayerOptions
    @OptionGroup var lifetime: LifetimeOptions

    @Flag(help: "Fetch what was released of the locked amount since the first claim.")
    var locked = false

    @Flag(help: "Make the claimant's token account if it is missing.")
    var createAccount = false

    @Option(
        help: ArgumentHelp(
            "The distributor's account as a node showed it, to be checked against.",
            valueName: "file"))
    var distributorAccount: String?

    func validate() throws {
        try Operand.expectOneStream([tree, lifetime.nonces, distributorAccount] + payer.key)
    }

    func run() throws {
        let keys = try payer.keys()
        let claimant = try payer.address(keys)
        let name = Operand.name(tree)
        let tree = try SolanaFiles.tree(tree)
        guard let place = tree.place(of: claimant) else {
            throw Failure(.answerIsNo, "\(name): there is no claim of \(claimant)")
        }
        let distributor = try distributor.distributor(of: tree)
        try check(distributor, tree)
        let mint = Mint(distributor.mint, decimals: 0)
        let account = mint.account(of: claimant)
        var instructions: [Instruction] = []
        if createAccount {
            instructions.append(
                AssociatedTokenProgram.createIdempotent(
                    owner: claimant, at: account, mint: mint, payer: claimant))
        }
        instructions.append(
            locked
                ? DistributorProgram.claimLocked(by: claimant, from: distributor, to: account)
                : DistributorProgram.newClaim(
                    tree.claims[place], proof: tree.proof(at: place), from: distributor,
                    to: account))
        try SingleTransaction.print(
            instructions, payer: claimant, lifetime: try lifetime.lifetime(), keys: keys)
    }

    /// Holds the tree against the distributor's account.
    private func check(_ distributor: Distributor, _ tree: DistributorTree) throws {
        guard let distributorAccount else { return }
        let dumps = try SolanaFiles.accounts(distributorAccount)
        do throws(MalformedInput) {
            guard dumps.count == 1, let dump = dumps[0], dump.owner == DistributorProgram.id else {
                throw MalformedInput("expected one account of the distributor program")
            }
            guard dump.address == nil || dump.address == distributor.address else {
                throw MalformedInput("expected account \(distributor.address)")
            }
            try DistributorState(data: dump.data).check(tree, distributor)
        } catch {
            throw error.within(Operand.name(distributorAccount))
        }
    }
}
