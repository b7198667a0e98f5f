import CommandLineTool
import Plots

/// The curves of all methods, a panel a setting, readable on light and dark pages.
struct ConvergenceChart {
    /// A setting and its curves, one for each method that has one.
    struct Panel {
        let title: String
        let curves: [(method: Int, points: [StudyPoint])]
    }

    let methods: [String]
    let panels: [Panel]

    private static let (width, height) = (900.0, 640.0)
    private static let colours = [
        ("#24292f", "#e6edf3"), ("#0969da", "#58a6ff"), ("#bc4c00", "#f0883e"),
        ("#1a7f37", "#3fb950"), ("#8250df", "#bc8cff"), ("#bf3989", "#f778ba"),
        ("#9a6700", "#d29922"),
    ]

    private static let style: String = {
        let light = colours.enumerated().map { "polyline.m\($0), .m\($0) { stroke: \($1.0); }" }
        let dark = colours.enumerated().map { "polyline.m\($0), .m\($0) { stroke: \($1.1); }" }
        return """
            svg { background: #ffffff; font: 13px system-ui, sans-serif; }
            text { fill: #24292f; } .axis { stroke: #8c959f; } .grid { stroke: #d8dee4; }
            polyline { fill: none; stroke-width: 1.8; } line { stroke-width: 1.2; }
            \(light.joined(separator: " "))
            @media (prefers-color-scheme: dark) {
            svg { background: #0d1117; } text { fill: #e6edf3; } .axis { stroke: #6e7681; }
            .grid { stroke: #30363d; }
            \(dark.joined(separator: " ")) }
            """
    }()

    /// The picture.
    var svg: String {
        SVGDrawing.picture(
            title: "Held-out loss by tokens", width: Self.width, height: Self.height,
            style: Self.style, parts: legend + panels.enumerated().flatMap { draw($1, at: $0) })
    }

    private var legend: [String] {
        [SVGDrawing.text(64, 22, "Held-out loss, nats a token, by millions of tokens")]
            + methods.enumerated().flatMap { number, name in
                let x = 64 + Double(number) * 118
                return [
                    SVGDrawing.line("m\(number)", x, 42, x + 22, 42),
                    SVGDrawing.text(x + 27, 46, name),
                ]
            }
    }

    private func draw(_ panel: Panel, at number: Int) -> [String] {
        let points = panel.curves.flatMap(\.points)
        guard let most = points.map(\.tokens).max(), let lowest = points.map(\.loss).min() else {
            return []
        }
        let floor = (lowest * 5).rounded(.down) / 5
        let plot = PlotPanel(
            left: 64 + Double(number % 2) * 430, top: 90 + Double(number / 2) * 280, width: 370,
            height: 210, horizontal: 0...Double(most) / 1e6, vertical: floor...floor + 2.4)
        let across = (0...4).map { Double($0) / 4 * plot.horizontal.upperBound }
        let upwards = stride(from: floor, through: floor + 2.4, by: 0.4)
        let axes = plot.axes(
            horizontal: across.map { ($0, Decimal.text($0, places: 2)) },
            vertical: upwards.map { ($0, Decimal.text($0, places: 1)) })
        let curves = panel.curves.map { curve in
            let shown = curve.points.filter { $0.loss <= plot.vertical.upperBound }
            return plot.curve("m\(curve.method)", shown.map { (Double($0.tokens) / 1e6, $0.loss) })
        }
        return [SVGDrawing.text(plot.left, plot.top - 10, panel.title)] + axes + curves
    }
}
