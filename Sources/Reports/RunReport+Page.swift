import Identity
package import Settlement
import TransparencyLog

extension RunReport {
    /// The report as one page of HTML: no scripts, nothing loaded, light and dark, for any width.
    package func page(of ledger: Ledger) -> String {
        let state = ledger.state
        let unit = state.genesis.unit
        let name = HTML.escape(state.genesis.name)
        let checkpoint = ledger.log.checkpoint
        let tiles = [
            ("rounds settled", "\(state.settledRounds)"),
            ("workers", "\(state.members.count)"),
            ("paid", unit.describe(state.totals.paid)),
            ("slashed", unit.describe(state.totals.slashed)),
            ("treasury", unit.describe(state.treasury)),
        ]
        let parts = [
            "<h1>\(name)</h1>",
            "<p>Run <code>\(state.genesis.run)</code>, \(checkpoint.size) entries, root "
                + "<code>\(checkpoint.root)</code>. Everything here follows from the entries:"
                + " <code>nous-ledger audit</code> derives it again.</p>",
            HTML.tiles(tiles),
            section(
                "Loss", RunCharts.loss(rounds),
                note: "Mean training loss of the paid work by round, in nats a token."),
            section(
                "Pay", RunCharts.pay(rounds, unit),
                note: "What each round paid, and beside it in red what it took for proven lies, in"
                    + " \(unit.symbol)."),
            section("Rounds", roundTable(unit)),
            section("Workers", workerTable(unit)),
            section("Accounts", accountTable(state)),
            state.exports.isEmpty
                ? "" : section("Payouts", payoutTable(state), note: "Paid outside the ledger."),
        ]
        return HTML.page(title: "\(name): report", parts: parts)
    }

    private func section(_ title: String, _ content: String, note: String? = nil) -> String {
        let words = note.map { "<p>\($0)</p>\n" } ?? ""
        return "<section>\n<h2>\(title)</h2>\n\(words)\(content)\n</section>"
    }

    private func roundTable(_ unit: TokenUnit) -> String {
        HTML.table(
            ["round", "loss", "paid", "rejected", "lies", "undecided", "pool", "pay", "slashes"],
            rounds.map { round in
                let outcome = round.outcome
                return [
                    "\(outcome.round)\(round.isFinal ? "" : ", provisional")",
                    round.loss.map { RunCharts.number($0, places: 4) } ?? "–",
                    "\(outcome.credits.count)", "\(outcome.rejected.count)",
                    "\(outcome.slashes.count)", "\(outcome.undecided.count)",
                    unit.describe(outcome.pool), unit.describe(outcome.paid),
                    unit.describe(outcome.slashed),
                ]
            })
    }

    private func workerTable(_ unit: TokenUnit) -> String {
        HTML.table(
            ["worker", "paid", "rejected", "lies", "undecided", "tokens", "earned", "lost"],
            workers.sorted { $0.key < $1.key }.map { key, worker in
                [
                    HTML.key(key), "\(worker.paid)", "\(worker.rejected)", "\(worker.lies)",
                    "\(worker.undecided)", "\(worker.tokens)", unit.describe(worker.earned),
                    unit.describe(worker.lost),
                ]
            })
    }

    private func accountTable(_ state: LedgerState) -> String {
        let unit = state.genesis.unit
        let keys = state.keys.map { key in
            [
                HTML.key(key), unit.describe(state.balance(of: .key(key))),
                unit.describe(state.stake(of: key)), unit.describe(state.vesting(of: key)),
            ]
        }
        return HTML.table(
            ["account", "balance", "stake", "vesting"],
            [["treasury", unit.describe(state.treasury), "–", "–"]] + keys)
    }

    private func payoutTable(_ state: LedgerState) -> String {
        let unit = state.genesis.unit
        return HTML.table(
            ["export", "accounts", "total", "by", "state"],
            state.exports.map { export in
                let failed = export.reconciliation?.failed.reduce(0) { $0 + $1.count }
                let phase =
                    failed.map { $0 == 0 ? "paid" : "paid, but \($0) of them" }
                    ?? (export.payment == nil ? "to be paid" : "not reconciled yet")
                return [
                    "\(export.number)", "\(export.payments.count)", unit.describe(export.total),
                    export.payment?.means.rawValue ?? "–", phase,
                ]
            })
    }
}
