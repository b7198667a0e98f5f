import CommandLineTool

/// The marks of a picture as lines of SVG.
package enum SVGDrawing {
    /// A picture of `width` by `height` with its parts, readable on light and dark pages by `style`.
    package static func picture(
        title: String, width: Double, height: Double, style: String, parts: [String]
    ) -> String {
        let head = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" "
                + "viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\">",
            "<title>\(title)</title>", "<style>\n\(style)\n</style>",
        ]
        return (head + parts + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    /// A straight line of the class `kind`.
    package static func line(
        _ kind: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double
    ) -> String {
        "<line class=\"\(kind)\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" "
            + "y2=\"\(number(y2))\"/>"
    }

    /// A line through points.
    package static func polyline(_ kind: String, _ points: [(x: Double, y: Double)]) -> String {
        let corners = points.map { "\(number($0.x)),\(number($0.y))" }
        return "<polyline class=\"\(kind)\" points=\"\(corners.joined(separator: " "))\"/>"
    }

    /// Words that begin, or as `anchor` says end or have their middle, at a point.
    package static func text(
        _ x: Double, _ y: Double, _ words: String, _ anchor: String = "start"
    ) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(words)</text>"
    }

    /// A number with a tenth.
    package static func number(_ value: Double) -> String { Decimal.text(value, places: 1) }
}
