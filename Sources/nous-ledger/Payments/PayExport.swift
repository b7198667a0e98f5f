import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement
import Solana
import Storage

/// Fixes how an export is paid.
struct PayExport: Tool {
    static let configuration = CommandConfiguration(
        commandName: "pay",
        abstract: "Fix, before anything is sent, how an export is paid.",
        discussion: """
            What is given must pay each account of the export its amount, and nothing else. It is \
            fixed once: another payment of the same export is refused (status 1), so that nobody \
            is paid twice, whatever crashed in between. Send only what was fixed.

            Example:
              nous-ledger pay ledger --number 1 --operator-key operator.json --payout signed.ndjson
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @OptionGroup var export: ExportOption
    @OptionGroup var means: PaymentOptions
    @OptionGroup var writer: WriterOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let paid = try means.read()
        var writer = try writer.writer(of: ledger, quiet: global.quiet)
        let payment = try paid.payment(of: try writer.state.export(export.number))
        if let fixed = try writer.state.export(export.number).payment {
            guard fixed == payment else {
                throw Failure(
                    .answerIsNo,
                    "export \(export.number) is paid by \(fixed.means.rawValue) \(fixed.digest)",
                    hint: "another payment could pay twice; reconcile that one first")
            }
            return
        }
        _ = try writer.submit(payment.json)
        try writer.commit()
    }
}

/// What an export is paid with.
struct PaymentOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A payout, as payout or sign printed it.", valueName: "records"))
    var payout: String?

    @OptionGroup var lookup: LookupOptions

    @Option(help: ArgumentHelp("The tree of a distributor.", valueName: "tree.json"))
    var distributor: String?

    @Option(
        help: ArgumentHelp(
            "A list of recipients and amounts that is paid by other means.", valueName: "list"))
    var file: String?

    func validate() throws {
        guard [payout, distributor, file].compactMap(\.self).count == 1 else {
            throw ValidationError("expected one of --payout, --distributor and --file")
        }
        try Operand.expectOneStream([payout, distributor, file] + lookup.lookupTable)
    }

    /// What is given, and what it pays to whom.
    func read() throws -> PaidList {
        if let payout {
            let records = try SolanaFiles.records(payout, tables: try lookup.tables()).map {
                guard case .payout(let record) = $0 else {
                    throw MalformedInput(
                        "expected a payout, found another record", in: Operand.name(payout))
                }
                return record
            }
            return try PaidList(records, named: Operand.name(payout))
        }
        if let distributor {
            let tree = try SolanaFiles.tree(distributor)
            return PaidList(
                name: Operand.name(distributor), means: .distributor, digest: tree.root,
                payments: tree.claims.map { ($0.claimant.key, $0.total) })
        }
        let operand = file ?? "-"
        return try SolanaFiles.parsed(operand, limit: PayoutList.maximumFileSize) {
            bytes throws(MalformedInput) in
            PaidList(
                name: Operand.name(operand), means: .list, digest: Digest(hashing: bytes),
                payments: try PayoutList(parsing: bytes).entries.map {
                    ($0.recipient.key, $0.amount)
                })
        }
    }
}

/// Payments that are to pay an export.
struct PaidList {
    /// What they were read from.
    let name: String
    /// How they are made.
    let means: ExportPayment.Means
    /// What identifies them.
    let digest: Digest
    /// Who is paid how much.
    let payments: [(account: PublicKey, amount: UInt64)]

    init(
        name: String, means: ExportPayment.Means, digest: Digest,
        payments: [(account: PublicKey, amount: UInt64)]
    ) {
        self.name = name
        self.means = means
        self.digest = digest
        self.payments = payments.sorted { $0.account < $1.account }
    }

    /// The payments of all batches, which must be there, in order.
    init(_ records: [PayoutRecord], named name: String) throws {
        let numbers = records.map(\.batch.number)
        guard let count = numbers.first?.count, numbers.map(\.number) == Array(1...count),
            numbers.allSatisfy({ $0.count == count })
        else {
            throw MalformedInput("expected all batches of a payout, in order", in: name)
        }
        let lines = records.map { "\(Digest(hashing: $0.batch.transaction.message.bytes))\n" }
        self.init(
            name: name, means: .transactions,
            digest: Digest(hashing: Array(lines.joined().utf8)),
            payments: records.flatMap { record in
                record.batch.payments.map { ($0.recipient.key, $0.amount) }
            })
    }

    /// The record that an export is paid by these, which must be its payments.
    func payment(of export: Export) throws(MalformedInput) -> ExportPayment {
        for (paid, due) in zip(payments, export.payments)
        where paid.account != due.account || paid.amount != due.amount {
            throw MalformedInput(
                "expected \(due.amount) for \(due.account), found \(paid.amount) for \(paid.account)",
                in: name)
        }
        guard payments.count == export.payments.count else {
            throw MalformedInput(
                "expected the \(export.payments.count) payments of export \(export.number),"
                    + " found \(payments.count)", in: name)
        }
        return ExportPayment(
            of: export.number, by: means, digest: digest, total: export.total)
    }
}
