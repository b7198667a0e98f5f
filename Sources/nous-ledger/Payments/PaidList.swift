import CommandLineTool
import Encodings
import Identity
import Settlement
import Solana
import Storage

/// Payments that are to pay an export.
struct PaidList {
    /// What they were read from.
    let name: String
    /// How they are made.
    let means: ExportPayment.Means
    /// What identifies them.
    let digest: Digest
    /// The decimals of the token that is paid, where that is known.
    let decimals: UInt8?
    /// Who is paid how much.
    let payments: [(account: PublicKey, amount: UInt64)]

    init(
        name: String, means: ExportPayment.Means, digest: Digest, decimals: UInt8? = nil,
        payments: [(account: PublicKey, amount: UInt64)]
    ) {
        self.name = name
        self.means = means
        self.digest = digest
        self.decimals = decimals
        self.payments = payments.sorted { $0.account < $1.account }
    }

    /// What is in a file, told apart by content.
    static func read(_ operand: String, tables: [LookupTable]) throws -> PaidList {
        let name = Operand.name(operand)
        return try SolanaFiles.parsed(operand, limit: TransactionRecord.maximumFileSize) {
            bytes throws(MalformedInput) in
            let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
            let first = try? JSON(parsing: Array(line), limits: .record)
            if first?["type"]?.string == PayoutRecord.recordType {
                var payouts: [PayoutRecord] = []
                for record in try SolanaRecord.read(bytes, tables: tables) {
                    // Whoever sends the file sends all of it.
                    guard case .payout(let payout) = record else {
                        throw MalformedInput("expected payouts alone, found another transaction")
                    }
                    payouts.append(payout)
                }
                return try PaidList(payouts, named: name)
            }
            if line.first == UInt8(ascii: "{"), first?["account"] == nil {
                let tree = try DistributorTree(file: bytes)
                return PaidList(
                    name: name, means: .distributor, digest: tree.root,
                    payments: tree.claims.map { ($0.claimant.key, $0.total) })
            }
            return PaidList(
                name: name, means: .list, digest: Digest(hashing: bytes),
                payments: try PayoutList(parsing: bytes).entries.map {
                    ($0.recipient.key, $0.amount)
                })
        }
    }

    /// The payments of all batches, which must be there.
    init(_ records: [PayoutRecord], named name: String) throws(MalformedInput) {
        if let problem = Payout.problems(among: records).first {
            throw MalformedInput(problem)
        }
        self.init(
            name: name, means: .transactions,
            digest: Payout.digest(of: records), decimals: records.first?.mint.decimals,
            payments: records.flatMap { record in
                record.batch.payments.map { ($0.recipient.key, $0.amount) }
            })
    }

    /// The record that an export is paid by these, which must be its payments, in a token that is divided
    /// as the ledger's `unit` is.
    func payment(
        of export: Export, in unit: TokenUnit
    ) throws(MalformedInput) -> ExportPayment {
        guard decimals.map({ UInt64($0) == unit.decimals }) ?? true else {
            throw MalformedInput(
                "expected a token of \(unit.decimals) decimals, found one of \(decimals ?? 0)",
                in: name)
        }
        for (paid, due) in zip(payments, export.payments)
        where paid.account != due.account || paid.amount != due.amount {
            throw MalformedInput(
                "expected \(due.amount) for \(due.account),"
                    + " found \(paid.amount) for \(paid.account)", in: name)
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
