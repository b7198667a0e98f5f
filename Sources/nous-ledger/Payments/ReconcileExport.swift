import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement
import Solana

/// Books what became of an export.
struct ReconcileExport: Tool {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Book what became of an export: what was not paid goes back to its accounts.",
        discussion: """
            Read is what solana reconcile --json prints, or lines \
            {"type":"payment","recipient":KEY,"amount":"BASE UNITS","state":"paid"} by other \
            means; the state is paid or failed. The answer is no (status 1) while something else \
            is said of a payment, or nothing.

            Example:
              nous-ledger solana reconcile --json --payout signed.ndjson responses.json > outcomes
              nous-ledger reconcile ledger outcomes --number 1 --operator-key operator.json
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @Argument(help: ArgumentHelp("What became of it; - is standard input.", valueName: "outcomes"))
    var outcomes: String

    @OptionGroup var export: ExportOption

    @Flag(
        help: """
            Take payments of which nothing is known for failed: only when what makes them can \
            never be executed any more.
            """)
    var unknownFailed = false

    @OptionGroup var writer: WriterOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let outcomes = try read()
        var writer = try writer.writer(of: ledger, quiet: global.quiet)
        let export = try writer.state.export(export.number)
        let found = try reconciliation(of: export, outcomes)
        if let booked = export.reconciliation {
            guard booked == found else {
                throw Failure(
                    .answerIsNo, "export \(export.number) was reconciled with other failures")
            }
            return
        }
        _ = try writer.submit(found.json)
        try writer.commit()
    }

    /// The state and the amount of each recipient.
    private func read() throws -> [PublicKey: (state: String, amount: UInt64)] {
        let name = Operand.name(outcomes)
        let lines = try SolanaFiles.parsed(outcomes, limit: PayoutList.maximumFileSize) {
            bytes throws(MalformedInput) in
            try JSONLines.read(bytes, sizeLimit: PayoutList.maximumFileSize) {
                json throws(MalformedInput) in json
            }
        }
        var outcomes: [PublicKey: (state: String, amount: UInt64)] = [:]
        for line in lines {
            if line["type"] == "payments" {
                guard line["consistent"] == .bool(true) else {
                    throw Failure(.answerIsNo, "\(name): the responses contradict each other")
                }
                continue
            }
            guard let recipient = line["recipient"].flatMap(PublicKey.init(json:)),
                let amount = line["amount"]?.string.flatMap(Amount.parse),
                let state = line["state"]?.string,
                outcomes.updateValue((state, amount), forKey: recipient) == nil
            else {
                throw MalformedInput(
                    "expected one line with recipient, amount and state for each payment",
                    in: name)
            }
        }
        return outcomes
    }

    private func reconciliation(
        of export: Export, _ outcomes: [PublicKey: (state: String, amount: UInt64)]
    ) throws -> ExportReconciliation {
        guard outcomes.count <= export.payments.count else {
            throw MalformedInput(
                "expected the \(export.payments.count) payments of export \(export.number), found"
                    + " \(outcomes.count)", in: Operand.name(self.outcomes))
        }
        var failed: [UInt32] = []
        for (place, payment) in export.payments.enumerated() {
            let outcome = outcomes[payment.account]
            guard outcome == nil || outcome?.amount == payment.amount else {
                throw MalformedInput(
                    "\(payment.account): expected \(payment.amount), found"
                        + " \(outcome?.amount ?? 0)", in: Operand.name(self.outcomes))
            }
            switch outcome?.state ?? "unknown" {
            case "paid": break
            case "failed": failed.append(UInt32(place))
            case "unknown" where unknownFailed: failed.append(UInt32(place))
            case let state:
                throw Failure(
                    .answerIsNo, "the payment of \(payment.account) is \(state)",
                    hint: "ask again, or look at its transaction")
            }
        }
        return ExportReconciliation(of: export.number, failedAt: failed)
    }
}
