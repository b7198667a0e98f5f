/// A rectangle of a picture with its own scales.
package struct PlotPanel: Sendable {
    /// Where it lies in the picture.
    package let left, top, width, height: Double
    /// What its sides stand for.
    package let horizontal, vertical: ClosedRange<Double>

    /// A panel at a place, for values in the given ranges.
    package init(
        left: Double, top: Double, width: Double, height: Double,
        horizontal: ClosedRange<Double>, vertical: ClosedRange<Double>
    ) {
        (self.left, self.top, self.width, self.height) = (left, top, width, height)
        (self.horizontal, self.vertical) = (horizontal, vertical)
    }

    /// The places of its right and its lower side.
    package var right: Double { left + width }
    package var bottom: Double { top + height }

    /// The place of a value across.
    package func x(_ value: Double) -> Double {
        let reach = horizontal.upperBound - horizontal.lowerBound
        return left + (value - horizontal.lowerBound) / reach * width
    }

    /// The place of a value upwards.
    package func y(_ value: Double) -> Double {
        bottom - (value - vertical.lowerBound) / (vertical.upperBound - vertical.lowerBound)
            * height
    }

    /// The lines and numbers of both axes; classes `axis` and `grid`.
    package func axes(
        horizontal: [(value: Double, words: String)], vertical: [(value: Double, words: String)]
    ) -> [String] {
        let rows = vertical.flatMap { tick in
            [
                SVGDrawing.line("grid", left, y(tick.value), right, y(tick.value)),
                SVGDrawing.text(left - 8, y(tick.value) + 4, tick.words, "end"),
            ]
        }
        let columns = horizontal.map {
            SVGDrawing.text(x($0.value), bottom + 18, $0.words, "middle")
        }
        return rows + [SVGDrawing.line("axis", left, bottom, right, bottom)] + columns
    }

    /// A curve through values.
    package func curve(_ kind: String, _ points: [(x: Double, y: Double)]) -> String {
        SVGDrawing.polyline(kind, points.map { (x($0.x), y($0.y)) })
    }
}
