import Artifacts
import CommandLineTool

/// Scores as a table for people.
struct ScoreTable {
    private let scores: [Score]

    init(_ scores: [Score]) { self.scores = scores }

    /// One line a contribution below a heading, gains in millinats a token.
    var lines: [String] {
        let rows = [Self.heading] + scores.map(row)
        let widths = Self.heading.indices.map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
                .joined(separator: "  ").trimmed
        }
    }

    private static let heading = [
        "worker", "gain/mnat private", "random", "assigned", "leave-one-out", "length/sd",
        "direction/sd", "likeness", "rating", "objections",
    ]

    private func row(_ score: Score) -> [String] {
        [
            String("\(score.worker)".prefix(8)),
            gain(score.gains[.held]?.gain), gain(score.gains[.random]?.gain),
            gain(score.gains[.assigned]?.gain), gain(score.leaveOneOut?.gain),
            score.standing.map { thousandths($0.norm) } ?? "-",
            score.standing.map { thousandths($0.direction) } ?? "-",
            score.nearest.map { Decimal.text(Double($0.likeness) * 1e-6, places: 3) } ?? "-",
            Decimal.text(Double(score.rating.ordinal) * 1e-6, places: 2),
            score.objections.isEmpty
                ? "-" : score.objections.map(\.rawValue).joined(separator: ","),
        ]
    }

    /// The mean and half of the interval, in millinats.
    private func gain(_ interval: Score.Interval?) -> String {
        guard let interval else { return "-" }
        let half = Double(interval.high - interval.low) / 2
        return Decimal.text(Double(interval.mean) * 1e-3, places: 1) + "±"
            + Decimal.text(half * 1e-3, places: 1)
    }

    private func thousandths(_ value: Int64) -> String {
        Decimal.text(Double(value) * 1e-3, places: 1)
    }
}

extension String {
    /// The text without white space at its end.
    fileprivate var trimmed: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
