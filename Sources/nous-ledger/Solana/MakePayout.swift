import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Solana
import Storage

/// Pays a list.
struct MakePayout: Tool {
    static let configuration = CommandConfiguration(
        commandName: "payout",
        abstract: "Make the transactions that pay a list.",
        discussion: """
            The list is CSV with the header recipient,amount, or a line {"account":..,"amount":..} \
            each; amounts are base units, and recipients are wallets, whose associated token \
            accounts are paid. Rows of one recipient are added up. The same list in any order \
            gives the same bytes.

            Each line printed is a transaction of at most 1,232 bytes with all it pays. For keys \
            that are kept offline use durable nonces: a blockhash lasts a minute.

            Example:
              nous-ledger solana payout --mint $MINT --decimals 6 --payer $PAYER \\
                --nonces nonces.ndjson --create-accounts payouts.csv > unsigned.ndjson
            """)

    @Argument(help: ArgumentHelp("The list; - is standard input.", valueName: "list"))
    var list: String = "-"

    @OptionGroup var token: TokenOptions
    @OptionGroup var payer: PayerOptions
    @OptionGroup var lifetime: LifetimeOptions
    @OptionGroup var memo: MemoOptions

    @Option(help: "The format of the messages: legacy, or v0, which lookup tables need.")
    var format: Message.Version = .v0

    @OptionGroup var lookup: LookupOptions

    @Option(
        help: ArgumentHelp(
            "What is offered for a compute unit, in millionths of a lamport.", valueName: "n"))
    var computeUnitPrice: UInt64?

    @Option(
        help: ArgumentHelp(
            "The most compute units of a transaction; by default estimated.", valueName: "n"))
    var computeUnitLimit: UInt32?

    @Option(
        help: ArgumentHelp(
            "The most payments of a transaction; by default as many as fit.", valueName: "n"))
    var atMost: Int?

    @Flag(help: "Pay recipients that no key can sign for, such as accounts of programs.")
    var allowOffCurve = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Where to write; by default to standard output.", valueName: "file"))
    var output: String?

    func validate() throws {
        try Operand.expectOneStream([list, lifetime.nonces] + lookup.lookupTable + payer.key)
        guard computeUnitLimit == nil || computeUnitPrice != nil else {
            throw ValidationError("--compute-unit-limit needs --compute-unit-price")
        }
        guard (atMost ?? 1) > 0 else {
            throw ValidationError("--at-most must be at least 1")
        }
        guard lookup.lookupTable.isEmpty || format == .v0 else {
            throw ValidationError("lookup tables need --format v0")
        }
    }

    func run() throws {
        let keys = try payer.keys()
        var terms = try token.terms(
            payer: try payer.address(keys), lifetime: try lifetime.lifetime())
        terms.version = format
        terms.tables = try lookup.tables()
        terms.price = computeUnitPrice.map {
            PayoutTerms.Price(microLamports: $0, unitLimit: computeUnitLimit)
        }
        terms.memo = try memo.memo()
        terms.allowsOffCurve = allowOffCurve
        if let atMost { terms.limits.payments = atMost }
        let plan = try PayoutPlan(try SolanaFiles.list(list), terms)
        var lines: [UInt8] = []
        for var batch in plan.batches {
            try PayerOptions.sign(&batch.transaction, with: keys)
            lines += try PayoutRecord(batch, tables: terms.tables).json.orderedLine
        }
        try Operand.write(lines, to: output)
    }
}

extension Message.Version: ExpressibleByArgument {}

/// What a payout says of itself on chain.
struct MemoOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Say on chain of which run: its digest.", valueName: "digest"))
    var run: String?

    @Option(help: ArgumentHelp("Say on chain for which round.", valueName: "n"))
    var round: UInt32?

    @Option(
        help: ArgumentHelp(
            "Say on chain what it follows from: a digest, as of the ledger's root.",
            valueName: "digest"))
    var root: String?

    func validate() throws {
        guard (run == nil) == (round == nil), (run == nil) == (root == nil) else {
            throw ValidationError("--run, --round and --root go together")
        }
    }

    func memo() throws -> PayoutMemo? {
        guard let run, let round, let root else { return nil }
        return PayoutMemo(
            run: try Parse.digest(run, "--run"), round: round,
            root: try Parse.digest(root, "--root"))
    }
}
