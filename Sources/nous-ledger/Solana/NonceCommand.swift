import ArgumentParser
import CommandLineTool
import Encodings
import Solana

/// Durable nonces, which outlive blockhashes.
struct NonceCommand: Tool {
    static let configuration = CommandConfiguration(
        commandName: "nonce",
        abstract: "Make durable nonces and read their values, for keys that are kept offline.",
        discussion: """
            A payout needs one nonce for each of its transactions. The accounts' addresses follow \
            from a key and their numbers, so that they need no keys of their own.

            Example:
              nous-ledger solana nonce create --count 8 --payer $PAYER --blockhash $HASH
              nous-ledger solana nonce list --count 8 --base $PAYER
              nous-ledger solana nonce read --base $PAYER accounts.json > nonces.ndjson
            """, subcommands: [CreateNonces.self, ListNonces.self, ReadNonces.self])
}

/// Which nonce accounts are meant.
struct NonceNumbers: ParsableArguments {
    @Option(help: ArgumentHelp("How many accounts.", valueName: "n"))
    var count: Int = 1

    @Option(help: ArgumentHelp("The number of the first account.", valueName: "n"))
    var first: Int = 0

    func validate() throws {
        guard (1...DurableNonce.maximumCount).contains(count), (0...1_000_000_000).contains(first)
        else {
            throw ValidationError(
                "--count must be from 1 to \(DurableNonce.maximumCount), --first from 0 to"
                    + " 1000000000")
        }
    }

    var numbers: Range<Int> { first..<first + count }
}

/// Makes nonce accounts.
struct CreateNonces: Tool {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make the transactions that make nonce accounts.",
        discussion: """
            Each account costs its payer 1447680 lamports. --base signs; by default it is the \
            payer.

            Example:
              nous-ledger solana nonce create --count 8 --key payer.json --blockhash $HASH
            """)

    @OptionGroup var which: NonceNumbers
    @OptionGroup var payer: PayerOptions

    @Option(
        help: ArgumentHelp(
            "The key that the addresses follow from; by default the payer.", valueName: "address"))
    var base: String?

    @Option(
        help: ArgumentHelp(
            "Who may use the nonces; by default the payer.", valueName: "address"))
    var authority: String?

    @Option(help: ArgumentHelp("A recent blockhash.", valueName: "hash"))
    var blockhash: String

    func run() throws {
        let keys = try payer.keys()
        let payer = try payer.address(keys)
        let transactions = try NonceAccounts.transactions(
            which.numbers, base: try base.map { try SolanaParse.address($0, "--base") } ?? payer,
            authority: try authority.map { try SolanaParse.address($0, "--authority") } ?? payer,
            payer: payer, blockhash: try SolanaParse.blockhash(blockhash, "--blockhash"))
        try SingleTransaction.print(transactions, keys: keys)
    }
}

/// Lists the addresses of nonce accounts.
struct ListNonces: Tool {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Print the addresses of nonce accounts, one a line.",
        discussion: """
            These are what a node is asked for with getMultipleAccounts.

            Example:
              nous-ledger solana nonce list --count 8 --base $PAYER
            """)

    @OptionGroup var which: NonceNumbers

    @Option(
        help: ArgumentHelp("The key that the addresses follow from.", valueName: "address"))
    var base: String

    func run() throws {
        let base = try SolanaParse.address(base, "--base")
        for number in which.numbers {
            try Operand.print("\(NonceAccounts.seed(number, base: base).address)")
        }
    }
}

/// Reads the values of nonces.
struct ReadNonces: Tool {
    static let configuration = CommandConfiguration(
        commandName: "read",
        abstract: "Print the nonces in accounts that a node showed, for --nonces.",
        discussion: """
            Takes what solana account --output json prints, or a node's answer with data in \
            base64. An answer to getMultipleAccounts does not say addresses: give --base, and \
            --first as for nonce list.

            Example:
              nous-ledger solana nonce read --base $PAYER accounts.json > nonces.ndjson
            """)

    @Argument(help: ArgumentHelp("Dumped accounts; - is standard input.", valueName: "accounts"))
    var accounts: String = "-"

    @Option(
        help: ArgumentHelp("The key that the addresses follow from.", valueName: "address"))
    var base: String?

    @Option(help: ArgumentHelp("The number of the first account.", valueName: "n"))
    var first: Int = 0

    func validate() throws {
        guard (0...1_000_000_000).contains(first) else {
            throw ValidationError("--first must be from 0 to 1000000000")
        }
    }

    func run() throws {
        let base = try base.map { try SolanaParse.address($0, "--base") }
        for (number, dump) in zip(first..., try SolanaFiles.accounts(accounts)) {
            let nonce: DurableNonce
            do throws(MalformedInput) {
                nonce = try read(dump, number, base)
            } catch {
                throw error.within("account \(number)").within(Operand.name(accounts))
            }
            try SolanaFiles.print(nonce.json)
        }
    }

    private func read(
        _ dump: AccountDump?, _ number: Int, _ base: Address?
    ) throws(MalformedInput) -> DurableNonce {
        guard let dump else { throw MalformedInput("there is no such account") }
        guard dump.owner == SystemProgram.id else {
            throw MalformedInput("\(dump.owner) owns it, not the system program")
        }
        let derived = base.map { NonceAccounts.seed(number, base: $0).address }
        guard let address = dump.address ?? derived else {
            throw MalformedInput("its address is not known: give --base")
        }
        return try DurableNonce(account: address, data: dump.data)
    }
}
