import Encodings
import LanguageModel
import Rounds

extension Report {
    /// Bytes for each worker and round: what the log was measured to take, and what the model's size asks for.
    mutating func addBytes(_ result: RunResult) throws {
        var table = [["what", "bytes", "each", "a worker and round", "known"]]
        let work = result.tally.work
        let shares = Double(work.delivered + work.missed)
        func share(_ count: Int) -> Double { Double(count) / shares }
        var ledger = 0.0
        for kind in result.logged.keys.sorted() {
            guard let logged = result.logged[kind] else { continue }
            let each = Double(logged.bytes) / Double(logged.count)
            let often = share(result.counts[kind] ?? 0)
            ledger += each * often
            table.append(row("ledger, \(kind)", each, often, "measured"))
            add("ledger bytes, \(kind)", each, "B", result.conditions)
        }
        table.append(row("ledger, all", ledger, 1, "measured"))
        add("ledger bytes a worker and round", ledger, "B", result.conditions)
        for (what, each, often, known) in result.traffic {
            table.append(row(what, each, often, known))
            add(what, each * often, "B", result.conditions + [("known", .string(known))])
        }
        try print(
            "Bytes for each worker and round under '\(result.policy.name)', model of 124M parameters",
            table)
    }

    private func row(
        _ what: String, _ each: Double, _ often: Double, _ known: String
    ) -> [String] {
        [what, each.text(), often.text(4), (each * often).text(1), known]
    }
}

extension RunResult {
    /// What is sent beside the ledger: bytes of each, and how often for each worker and round.
    fileprivate var traffic: [(String, Double, Double, String)] {
        let layout = ParameterLayout(run.model)
        let parameters = Double(layout.count)
        let work = tally.work
        let shares = Double(work.delivered + work.missed)
        let delivered = Double(work.delivered) / shares
        let update = Double(UpdateFile.byteLimit(layout, run.codec.codec))
        let sequences = Double(work.steps * run.round.batch) / Double(work.delivered)
        let row = Double(run.data.sequenceLength + 1) * 2
        return [
            ("upload, update at most", update, delivered, "derived"),
            (
                "upload, states for an audit (12 a parameter)", 12 * parameters,
                Double(work.shownStates) / shares, "derived"
            ),
            (
                "upload, worker states of what is drawn (12 a parameter)", 12 * parameters,
                Double(work.drawn) / shares, "derived"
            ),
            ("download, checkpoint (4 a parameter)", 4 * parameters, 1, "derived"),
            ("download, training rows of 1,025 tokens", sequences * row, delivered, "derived"),
            ("download, roster", Double(rosterBytes), 1, "measured"),
        ]
    }
}
