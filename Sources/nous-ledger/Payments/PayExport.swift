import ArgumentParser
import CommandLineTool
import Settlement
import Solana

/// Fixes how an export is paid.
struct PayExport: Tool {
    static let configuration = CommandConfiguration(
        commandName: "pay",
        abstract: "Fix, before anything is sent, how an export is paid.",
        discussion: """
            Given is a payout as solana payout or sign printed it, the tree of a distributor, or a \
            list with the header recipient,amount that is paid by other means. It must pay each account of the export its amount, and nothing else. It is \
            fixed once: another payment of the same export is refused (status 1), so that nobody \
            is paid twice, whatever crashed in between. Send only what was fixed.

            Example:
              nous-ledger pay ledger signed.ndjson --number 1 \\
                --operator-key operator.json
            """)

    @Argument(help: ArgumentHelp("The ledger.", valueName: "ledger"))
    var ledger: String

    @Argument(
        help: ArgumentHelp(
            "What pays it: a payout, a distributor's tree, or a list; - is standard input.",
            valueName: "payment"))
    var payment: String

    @OptionGroup var export: ExportOption
    @OptionGroup var lookup: LookupOptions
    @OptionGroup var writer: WriterOptions
    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try Operand.expectOneStream([payment, writer.operatorKey] + lookup.lookupTable)
    }

    func run() throws {
        let paid = try PaidList.read(payment, tables: try lookup.tables())
        var writer = try writer.writer(of: ledger, quiet: global.quiet)
        let state = writer.state
        let payment = try paid.payment(
            of: try state.export(export.number), in: state.genesis.unit)
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
