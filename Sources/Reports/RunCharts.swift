import CommandLineTool
import Plots
import Settlement

/// The pictures of a report, to stand inside its page.
enum RunCharts {
    private static let (width, height) = (480.0, 240.0)

    /// A number with so many decimals.
    static func number(_ value: Double, places: Int) -> String {
        Decimal.text(value, places: places)
    }

    /// The loss of each round, as a curve.
    static func loss(_ rounds: [RunReport.Round]) -> String {
        let points = rounds.compactMap { round in
            round.loss.map { (x: Double(round.outcome.round), y: $0) }
        }
        guard let least = points.map(\.y).min(), let largest = points.map(\.y).max() else {
            return "<p>No losses are stated yet.</p>"
        }
        let room = max((largest - least) * 0.1, 0.01)
        let panel = panel(rounds.count, (least - room)...(largest + room))
        let marks = points.map { point in
            "<circle class=\"dot\" cx=\"\(SVGDrawing.number(panel.x(point.x)))\""
                + " cy=\"\(SVGDrawing.number(panel.y(point.y)))\" r=\"4\"/>"
        }
        return picture(
            "Loss by round", panel, rounds.count, places: 2, [panel.curve("curve", points)] + marks)
    }

    /// The pay of each round as a bar, and beside it what was slashed.
    static func pay(_ rounds: [RunReport.Round], _ unit: TokenUnit) -> String {
        let scale = (0..<unit.decimals).reduce(1.0) { scale, _ in scale / 10 }
        let bars = rounds.map { round in
            (
                round: Double(round.outcome.round),
                pay: Double(round.outcome.paid) * scale,
                slash: Double(round.outcome.slashed) * scale
            )
        }
        guard let largest = bars.map({ max($0.pay, $0.slash) }).max(), largest > 0 else {
            return "<p>Nothing was paid yet.</p>"
        }
        let panel = panel(rounds.count, 0...(largest * 1.1))
        let across = panel.width / Double(max(rounds.count, 1)) * 0.35
        let marks = bars.flatMap { bar in
            [
                column("pay", panel, bar.round, bar.pay, from: -across, across),
                column("slash", panel, bar.round, bar.slash, from: 0, across),
            ]
        }
        return picture("Pay and slashes by round", panel, rounds.count, places: 0, marks)
    }

    private static func column(
        _ kind: String, _ panel: PlotPanel, _ round: Double, _ value: Double, from start: Double,
        _ width: Double
    ) -> String {
        let top = panel.y(value)
        return "<rect class=\"\(kind)\" x=\"\(SVGDrawing.number(panel.x(round) + start))\""
            + " y=\"\(SVGDrawing.number(top))\" width=\"\(SVGDrawing.number(width))\""
            + " height=\"\(SVGDrawing.number(panel.bottom - top))\"/>"
    }

    private static func panel(_ rounds: Int, _ vertical: ClosedRange<Double>) -> PlotPanel {
        PlotPanel(
            left: 64, top: 12, width: width - 76, height: height - 44,
            horizontal: 0.5...(Double(max(rounds, 1)) + 0.5), vertical: vertical)
    }

    private static func picture(
        _ title: String, _ panel: PlotPanel, _ rounds: Int, places: Int, _ marks: [String]
    ) -> String {
        let stride = max(1, (rounds + 9) / 10)
        let columns = Swift.stride(from: 1, through: rounds, by: stride).map {
            (value: Double($0), words: "\($0)")
        }
        let reach = panel.vertical.upperBound - panel.vertical.lowerBound
        let rows = (0...4).map { step in
            let value = panel.vertical.lowerBound + reach * Double(step) / 4
            return (value: value, words: number(value, places: places))
        }
        let parts = panel.axes(horizontal: columns, vertical: rows) + marks
        return "<svg viewBox=\"0 0 \(SVGDrawing.number(width)) \(SVGDrawing.number(height))\" "
            + "role=\"img\"><title>\(title)</title>\n\(parts.joined(separator: "\n"))\n</svg>"
    }
}
