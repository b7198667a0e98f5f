import Encodings
import Identity
import Rounds
import Settlement
import Solana
import Storage

extension RunSimulation {
    /// Pays all accounts outside the ledger: the first export by transactions, the next by a distributor,
    /// and so on.
    mutating func payOut(_ round: Int) throws {
        let start = ProcessorTime.now
        var isMore = true
        while isMore {
            let export = desk.state.nextExport()
            guard !export.payments.isEmpty else { break }
            isMore = export.payments.count == Export.maximumPayments
            try desk.enter(export.entryBody)
            let list = try PayoutList(
                export.payments.map { PayoutList.Entry(Address($0.account), $0.amount) })
            let isDistributed = export.number.isMultiple(of: 2)
            try isDistributed
                ? distribute(list, of: export) : transfer(list, of: export, round: round)
        }
        tally.note("payouts", since: start)
    }

    /// Pays an export by transactions, some of which fail.
    private mutating func transfer(_ list: PayoutList, of export: Export, round: Int) throws {
        let start = ProcessorTime.now
        let plan = try PayoutPlan(list, terms(round: round))
        let records = try plan.batches.map { try PayoutRecord($0, tables: []) }
        let seconds = ProcessorTime.now - start
        try desk.enter(
            ExportPayment(
                of: export.number, by: .transactions, digest: Payout.digest(of: records),
                total: export.total
            ).json)
        var failed: [UInt32] = []
        var place: UInt32 = 0
        for (number, batch) in plan.batches.enumerated() {
            let isFailed =
                chance.draw(.transaction, round: round, of: number)
                < Scenario.failedTransactions
            if isFailed { failed += place..<place + UInt32(batch.payments.count) }
            place += UInt32(batch.payments.count)
        }
        try desk.enter(ExportReconciliation(of: export.number, failedAt: failed).json)
        tally.payouts.append(
            PayoutTally(
                means: "transactions", accounts: list.entries.count,
                transactions: plan.batches.count,
                bytes: plan.batches.reduce(0) { $0 + $1.transaction.bytes.count },
                fee: plan.batches.reduce(0.0) { $0 + Double($1.transaction.message.fee) },
                seconds: seconds))
    }

    /// Pays an export by a Merkle distributor.
    private mutating func distribute(_ list: PayoutList, of export: Export) throws {
        let start = ProcessorTime.now
        let tree = try DistributorTree(list.claims())
        var bytes = 0
        try DistributorFile.jito.write(tree, version: 0) { bytes += $0.count }
        let seconds = ProcessorTime.now - start
        try desk.enter(
            ExportPayment(
                of: export.number, by: .distributor, digest: tree.root, total: export.total
            ).json)
        try desk.enter(ExportReconciliation(of: export.number, failedAt: []).json)
        tally.payouts.append(
            PayoutTally(
                means: "distributor", accounts: list.entries.count, transactions: 1,
                bytes: bytes, fee: 5_000, seconds: seconds))
    }

    /// The terms of a payout: with a memo and a price, and with accounts made the first time.
    func terms(round: Int) throws -> PayoutTerms {
        let payer = Address(desk.keeper.publicKey)
        let mint = Mint(Address(Self.key("mint").publicKey), decimals: 6)
        guard let blockhash = Blockhash(run.digest.bytes) else {
            preconditionFailure("a digest is as long as a hash")
        }
        var terms = PayoutTerms(
            mint, from: mint.account(of: payer), by: try TokenAuthority(payer), payer: payer,
            lifetime: .blockhash(blockhash))
        terms.createsAccounts = round == scenario.payoutInterval
        terms.memo = PayoutMemo(run: run.digest, round: UInt32(round), root: run.data.root)
        terms.price = PayoutTerms.Price(microLamports: 1_000)
        return terms
    }
}
