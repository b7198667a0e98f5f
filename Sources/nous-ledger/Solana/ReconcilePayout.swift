import ArgumentParser
import CommandLineTool
import Encodings
import Solana
import Storage

/// Compares a payout with the chain.
struct ReconcilePayout: Tool {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Say of each recipient whether the payout reached them, from dumped responses.",
        discussion: """
            Responses are those of a node to getTransaction (encoding base64 or json), or to \
            getSignatureStatuses for all transactions in their order. Only the former tell what \
            each recipient got. A node is believed: ask one that you trust.

            The exit status is 0 if everybody was paid and everything fits together, else 1.

            Example:
              nous-ledger solana inspect --ids signed.ndjson
              nous-ledger solana reconcile --payout signed.ndjson responses.json
            """)

    @Option(
        help: ArgumentHelp("The payout, as payout or sign printed it.", valueName: "records"))
    var payout: String

    @Argument(help: ArgumentHelp("Dumped responses; - is standard input.", valueName: "responses"))
    var responses: [String]

    @OptionGroup var lookup: LookupOptions

    @Flag(help: "Print one JSON object for each recipient, and one for all.")
    var json = false

    func validate() throws {
        try Operand.expectOneStream([payout] + responses + lookup.lookupTable)
    }

    func run() throws {
        let tables = try lookup.tables()
        let records = try SolanaFiles.records(payout, tables: tables).compactMap { record in
            if case .payout(let payout) = record { payout } else { nil }
        }
        guard !records.isEmpty else {
            throw MalformedInput("expected a payout, found none", in: Operand.name(payout))
        }
        let report = try responses.reduce(into: ChainReport()) { report, operand in
            report = try SolanaFiles.parsed(operand, limit: ChainReport.maximumFileSize) {
                bytes throws(MalformedInput) in
                var more = report
                try more.add(file: bytes)
                return more
            }
        }
        let found = try Reconciliation(records, report, tables: tables)
        for outcome in found.outcomes { try print(outcome) }
        try print(totals: found, of: Payout.digest(of: records))
        for problem in found.problems { Terminal.report("nous-ledger: \(problem)") }
        if !found.isComplete { throw ExitCode(ExitStatus.answerIsNo.rawValue) }
    }

    private func print(_ outcome: Reconciliation.Outcome) throws {
        let payment = outcome.payment
        let received = outcome.received.map { "\($0)" }
        guard json else {
            let got = outcome.state == .different ? "\tgot \(received ?? "")" : ""
            return try Operand.print(
                "\(payment.recipient)\t\(outcome.state)\t\(payment.amount)\(got)")
        }
        try SolanaFiles.print([
            "type": "payment", "recipient": payment.recipient.json,
            "amount": Amount.json(payment.amount),
            "state": .string(outcome.state.rawValue),
            "received": received.map { .string($0) } ?? .null,
            "batch": .integer(Int64(outcome.batch.number)),
            "transaction": outcome.transaction.map { .string($0) } ?? .null,
        ])
    }

    private func print(totals found: Reconciliation, of payout: Digest) throws {
        let states = Reconciliation.State.allCases
        func count(_ state: Reconciliation.State) -> Int {
            found.outcomes.count { $0.state == state }
        }
        guard json else {
            let parts = states.filter { count($0) > 0 }
                .map { "\($0) \(count($0)) with \(found.total($0))" }
            return try Operand.print("total\t\(parts.joined(separator: ", "))")
        }
        try SolanaFiles.print(
            .object(
                [JSONMember(key: "type", value: "payments")]
                    + states.map { state in
                        JSONMember(
                            key: state.rawValue,
                            value: [
                                "recipients": .integer(Int64(count(state))),
                                "amount": .string("\(found.total(state))"),
                            ])
                    } + [
                        JSONMember(key: "consistent", value: .bool(found.problems.isEmpty)),
                        JSONMember(key: "payout", value: payout.json),
                    ]))
    }
}
