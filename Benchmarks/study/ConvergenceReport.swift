import CommandLineTool
import Encodings
import Storage

/// The table, plot and records of a convergence study.
struct ConvergenceReport {
    private let results: StudyResults

    init(_ results: StudyResults) { self.results = results }

    /// What the runs of one method in one setting came to, over its seeds.
    private struct Outcome {
        let loss: Double
        let spread: Double
        let bytes: Double
        let seeds: Int
    }

    /// Prints the tables; writes `convergence.svg` and `convergence.ndjson` beside the results.
    func write() throws {
        var records: [JSON] = []
        for (workers, steps) in ConvergenceStudy.settings {
            print("\n\(workers) workers, H = \(steps), \(ConvergenceStudy.rounds) rounds")
            print(
                "method          loss    spread  seeds  bytes sent   of dense  to synchronous  to diloco"
            )
            let synchronous = try outcome("synchronous", workers, steps)
            let dense = try outcome("diloco", workers, steps)
            for method in ConvergenceStudy.methods {
                guard let ours = try outcome(method.name, workers, steps) else { continue }
                print(row(method.name, ours, synchronous: synchronous, dense: dense))
                records += [
                    record(
                        "loss", ours.loss, "nats/token", method.name, workers, steps, "synchronous",
                        synchronous?.loss),
                    record(
                        "bytes", ours.bytes, "bytes/worker", method.name, workers, steps, "diloco",
                        dense?.bytes),
                ]
            }
        }
        print(
            "\npublished gaps to synchronous training (loss): DiLoCo, 35M parameters, H = 30: +0.9 % with two"
        )
        print(
            "workers, +2.6 % with four (arXiv 2501.18512, table; fp4 for four); shrinking with size to none at 1B"
        )
        let folder = Files.directory(of: results.directory)
        try Files.writeAtomically(
            path: Files.join(folder, "convergence.ndjson"),
            records.flatMap { $0.orderedLine })
        try Files.writeAtomically(
            path: Files.join(folder, "convergence.svg"), Array(chart().svg.utf8))
    }

    private func outcome(_ method: String, _ workers: Int, _ steps: Int) throws -> Outcome? {
        let ends = try results.ends(
            ConvergenceStudy.seeds.map { ConvergenceStudy.name(method, workers, steps, $0) })
        guard !ends.isEmpty else { return nil }
        let losses = ends.map(\.loss)
        return Outcome(
            loss: losses.reduce(0, +) / Double(ends.count),
            spread: (losses.max() ?? 0) - (losses.min() ?? 0),
            bytes: Double(ends.reduce(0) { $0 + $1.bytes }) / Double(ends.count),
            seeds: ends.count)
    }

    private func row(
        _ name: String, _ ours: Outcome, synchronous: Outcome?, dense: Outcome?
    ) -> String {
        func gap(_ other: Outcome?) -> String {
            other.map { Decimal.text(100 * (ours.loss / $0.loss - 1), places: 2) + " %" } ?? "-"
        }
        let ratio = dense.map { "1/" + Decimal.text($0.bytes / max(ours.bytes, 1), places: 0) }
        let cells: [(String, Int)] = [
            (Decimal.text(ours.loss, places: 4), 8), (Decimal.text(ours.spread, places: 4), 8),
            ("\(ours.seeds)", 6), (Decimal.bytes(Int(ours.bytes)), 13), (ratio ?? "-", 10),
            (gap(synchronous), 16), (gap(dense), 11),
        ]
        return name + String(repeating: " ", count: max(1, 12 - name.utf8.count))
            + cells.map { pad($0, $1) }.joined()
    }

    private func chart() throws -> ConvergenceChart {
        ConvergenceChart(
            methods: ConvergenceStudy.methods.map(\.name),
            panels: try ConvergenceStudy.settings.map { workers, steps in
                ConvergenceChart.Panel(
                    title: "\(workers) workers, H = \(steps)",
                    curves: try ConvergenceStudy.methods.enumerated().flatMap { number, method in
                        try ConvergenceStudy.seeds.compactMap { seed in
                            try results.curve(
                                ConvergenceStudy.name(method.name, workers, steps, seed)
                            ).map { (number, $0) }
                        }
                    })
            })
    }

    private func record(
        _ figure: String, _ value: Double, _ unit: String, _ method: String, _ workers: Int,
        _ steps: Int, _ peer: String, _ peerValue: Double?
    ) -> JSON {
        var record: [JSONMember] = [
            JSONMember(
                key: "name", value: .string("convergence-\(figure)-\(method)-r\(workers)-h\(steps)")
            ),
            JSONMember(key: "value", value: .number("\(value)")),
            JSONMember(key: "unit", value: .string(unit)),
        ]
        if let peerValue, value > 0 {
            record += [
                JSONMember(key: "peer", value: .string(peer)),
                JSONMember(key: "peer_value", value: .number("\(peerValue)")),
                JSONMember(key: "ratio", value: .number("\(peerValue / value)")),
            ]
        }
        return .object(record)
    }
}

/// `text` at the right end of `width` columns.
func pad(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}
