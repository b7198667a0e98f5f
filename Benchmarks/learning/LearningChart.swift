import CommandLineTool
import Plots

/// Two learning curves as SVG, and their difference below, readable on light and dark pages.
struct LearningChart {
    let ours: [CurvePoint]
    let peer: [CurvePoint]
    let peerName: String

    private static let width = 720.0
    private static let left = 64.0
    private static let right = 24.0
    private static let curves = Panel(top: 56, height: 280)
    private static let differences = Panel(top: 400, height: 96)
    private static let height = 540.0

    /// A rectangle of the picture with its own scale upwards.
    private struct Panel {
        let top: Double
        let height: Double
        var lowest = 0.0
        var highest = 1.0

        func scaled(_ range: ClosedRange<Double>) -> Panel {
            var panel = self
            (panel.lowest, panel.highest) = (range.lowerBound, range.upperBound)
            return panel
        }

        var bottom: Double { top + height }

        func y(_ value: Double) -> Double {
            bottom - (value - lowest) / (highest - lowest) * height
        }
    }

    private static let style = """
        svg { background: #ffffff; font: 13px system-ui, sans-serif; }
        text { fill: #24292f; } .axis { stroke: #8c959f; } .grid { stroke: #d8dee4; }
        .ours { stroke: #0969da; fill: none; stroke-width: 2.5; } .ours-fill { fill: #0969da; }
        .peer { stroke: #bc4c00; fill: none; stroke-width: 2; stroke-dasharray: 6 5; }
        .note { stroke: #6e7781; stroke-dasharray: 2 4; } .band { fill: #0969da; opacity: 0.08; }
        @media (prefers-color-scheme: dark) {
        svg { background: #0d1117; } text { fill: #e6edf3; } .axis { stroke: #6e7681; }
        .grid { stroke: #30363d; } .ours { stroke: #58a6ff; } .ours-fill { fill: #58a6ff; }
        .peer { stroke: #f0883e; } .note { stroke: #8b949e; } .band { fill: #58a6ff; opacity: 0.12; } }
        """

    /// The picture.
    var svg: String {
        let words = text(Self.left, 24, "Validation loss, nats a character (King James Bible)")
        return SVGDrawing.picture(
            title: "Validation loss while training, ours and \(peerName)", width: Self.width,
            height: Self.height, style: Self.style,
            parts: [words] + legend + curvePanel + differencePanel)
    }

    private var legend: [String] {
        let x = Self.width - 250
        return [
            line("ours", x, 66, x + 32, 66), text(x + 40, 70, "nous-tools, exact"),
            line("peer", x, 86, x + 32, 86), text(x + 40, 90, peerName),
        ]
    }

    private var curvePanel: [String] {
        let panel = Self.curves.scaled(1.2...highestLoss)
        let published = LearningSettings.publishedLoss
        let ticks = stride(from: 1.5, through: panel.highest, by: 0.5).map {
            (value: $0, places: 1)
        }
        return axes(panel, ticks) + [
            line(
                "note", Self.left, panel.y(published), Self.width - Self.right, panel.y(published)),
            text(
                Self.width - Self.right, panel.y(published) - 5,
                "nanoGPT publishes \(published) on Shakespeare", "end"),
            polyline("ours", ours, panel) { $0.validationLoss },
            polyline("peer", peer, panel) { $0.validationLoss },
        ]
    }

    private var differencePanel: [String] {
        let differences = zip(ours, peer).map { $0.validationLoss - $1.validationLoss }
        let reach = max(0.015, (differences.map(abs).max() ?? 0) * 1.1)
        let panel = Self.differences.scaled(-reach...reach)
        let band = panel.y(-0.01) - panel.y(0.01)
        return [
            text(Self.left, panel.top - 12, "Difference, ours − \(peerName); the band is ±0.01"),
            "<rect class=\"band\" x=\"\(number(Self.left))\" y=\"\(number(panel.y(0.01)))\" "
                + "width=\"\(number(plotWidth))\" height=\"\(number(band))\"/>",
        ] + axes(panel, [(-0.01, 2), (0, 2), (0.01, 2)])
            + zip(ours, differences).map { point, difference in
                "<circle class=\"ours-fill\" cx=\"\(number(x(point)))\" "
                    + "cy=\"\(number(panel.y(difference)))\" r=\"3.5\"/>"
            } + [text(Self.width / 2, Self.height - 8, "iteration", "middle")]
    }

    private var highestLoss: Double {
        ((ours + peer).map(\.validationLoss).max() ?? 4) * 1.03
    }

    private var plotWidth: Double { Self.width - Self.left - Self.right }

    private func x(_ point: CurvePoint) -> Double {
        let last = Double(max(1, ours.last?.iteration ?? 1))
        return Self.left + Double(point.iteration) / last * plotWidth
    }

    private func axes(_ panel: Panel, _ ticks: [(value: Double, places: Int)]) -> [String] {
        let end = Self.width - Self.right
        let rows = ticks.flatMap { tick in
            [
                line("grid", Self.left, panel.y(tick.value), end, panel.y(tick.value)),
                text(
                    Self.left - 8, panel.y(tick.value) + 4,
                    Decimal.text(tick.value, places: tick.places), "end"),
            ]
        }
        let columns = ours.filter { $0.iteration % 500 == 0 }.map {
            text(x($0), panel.bottom + 18, "\($0.iteration)", "middle")
        }
        return rows + [line("axis", Self.left, panel.bottom, end, panel.bottom)] + columns
    }

    private func polyline(
        _ kind: String, _ points: [CurvePoint], _ panel: Panel, _ value: (CurvePoint) -> Double
    ) -> String {
        SVGDrawing.polyline(kind, points.map { (x($0), panel.y(value($0))) })
    }

    private func line(
        _ kind: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double
    ) -> String { SVGDrawing.line(kind, x1, y1, x2, y2) }

    private func text(
        _ x: Double, _ y: Double, _ words: String, _ anchor: String = "start"
    ) -> String { SVGDrawing.text(x, y, words, anchor) }

    private func number(_ value: Double) -> String { SVGDrawing.number(value) }
}
