import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement
import Solana
import Storage

/// Books what became of an export.
struct ReconcileExport: Tool {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Book what became of an export: what was not paid goes back to its accounts.",
        discussion: """
            Read is what solana reconcile --json prints, or lines \
            {"type":"payment","recipient":KEY,"amount":"BASE UNITS","state":"paid"} by other \
            means; the state is paid or failed. Each payment must have its line. The answer is no \
            (status 1) while another state is said of one.

            Example:
              nous-ledger solana reconcile --json --payout signed.ndjson \\
                responses.json > outcomes.ndjson
              nous-ledger reconcile ledger outcomes.ndjson --number 1 \\
                --operator-key operator.json
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @Argument(help: ArgumentHelp("What became of it; - is standard input.", valueName: "outcomes"))
    var outcomes: String

    @OptionGroup var export: ExportOption

    @Flag(
        help: """
            Take payments whose state is unknown for failed: only when what makes them can never \
            be executed any more.
            """)
    var unknownFailed = false

    @OptionGroup var writer: WriterOptions
    @OptionGroup var global: GlobalOptions

    func run() throws {
        let outcomes = try Outcomes(reading: outcomes)
        var writer = try writer.writer(of: ledger, quiet: global.quiet)
        let export = try writer.state.export(export.number)
        guard let payment = export.payment else {
            throw Failure(.answerIsNo, "how export \(export.number) is paid is not fixed")
        }
        try outcomes.check(areOf: payment)
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

    private func reconciliation(
        of export: Export, _ outcomes: Outcomes
    ) throws -> ExportReconciliation {
        guard outcomes.payments.count <= export.payments.count else {
            throw MalformedInput(
                "expected the \(export.payments.count) payments of export \(export.number), found"
                    + " \(outcomes.payments.count)", in: outcomes.name)
        }
        var failed: [UInt32] = []
        for (place, payment) in export.payments.enumerated() {
            guard let outcome = outcomes.payments[payment.account] else {
                throw MalformedInput("there is no line about \(payment.account)", in: outcomes.name)
            }
            guard outcome.amount == payment.amount else {
                throw MalformedInput(
                    "\(payment.account): expected \(payment.amount), found \(outcome.amount)",
                    in: outcomes.name)
            }
            switch outcome.state {
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

/// What is said of the payments of an export.
private struct Outcomes {
    /// Where it was read from.
    let name: String
    /// The state and the amount of each recipient.
    private(set) var payments: [PublicKey: (state: String, amount: UInt64)] = [:]
    /// The line about all of them, if there is one.
    private var totals: JSON?

    init(reading operand: String) throws {
        name = Operand.name(operand)
        let lines = try SolanaFiles.parsed(operand, limit: PayoutList.maximumFileSize) {
            bytes throws(MalformedInput) in
            try JSONLines.read(bytes, sizeLimit: PayoutList.maximumFileSize) {
                json throws(MalformedInput) in json
            }
        }
        for line in lines {
            if line["type"] == "payments", totals == nil {
                totals = line
                continue
            }
            guard let recipient = line["recipient"].flatMap(PublicKey.init(json:)),
                let amount = line["amount"]?.string.flatMap(Amount.parse),
                let state = line["state"]?.string,
                payments.updateValue((state, amount), forKey: recipient) == nil
            else {
                throw MalformedInput(
                    "expected one line with recipient, amount and state for each payment",
                    in: name)
            }
        }
    }

    /// Checks that nothing is missing at the end, and that they are of this payment.
    func check(areOf payment: ExportPayment) throws {
        guard payment.means == .transactions else { return }
        guard let totals else {
            throw MalformedInput("expected a last line about all payments, found none", in: name)
        }
        guard totals["payout"]?.string == payment.digest.hex else {
            throw Failure(
                .answerIsNo, "\(name): these are outcomes of another payout",
                hint: "export \(payment.export) is paid by \(payment.digest)")
        }
        guard totals["consistent"] == .bool(true) else {
            throw Failure(.answerIsNo, "\(name): the responses contradict each other")
        }
    }
}
