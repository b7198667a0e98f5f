/// Numbers as people read them.
package enum Decimal {
    /// `value` with exactly `places` decimals, rounded to nearest.
    package static func text(_ value: Double, places: Int) -> String {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        // Beyond this the units would not fit an integer; a NaN is not below it either.
        guard abs(value) * scale < 9e18 else { return "\(value)" }
        let units = Int((abs(value) * scale).rounded())
        let sign = value < 0 && units > 0 ? "-" : ""
        guard places > 0 else { return "\(sign)\(units)" }
        let fraction = String(units % Int(scale))
        let zeros = String(repeating: "0", count: places - fraction.count)
        return "\(sign)\(units / Int(scale)).\(zeros)\(fraction)"
    }

    /// A number of bytes with a binary unit, such as `3.2 MiB`.
    package static func bytes(_ count: Int) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var value = Double(count)
        var unit = 0
        while value >= 1024, unit < units.count - 1 {
            value /= 1024
            unit += 1
        }
        return unit == 0 ? "\(count) B" : "\(text(value, places: 1)) \(units[unit])"
    }

    /// A number of millionths, such as micronats, with `places` decimals.
    package static func millionths(_ value: Int64, places: Int = 4) -> String {
        text(Double(value) * 1e-6, places: places)
    }
}
