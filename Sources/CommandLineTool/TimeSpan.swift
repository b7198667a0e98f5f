import ArgumentParser

/// A length of time as people write it on a command line: `90s`, `50m`, `2h`, `1h30m`, `2d`.
package struct TimeSpan: ExpressibleByArgument, Sendable, Equatable, CustomStringConvertible {
    /// Whole seconds, at least one.
    package let seconds: Int

    /// At most a year.
    private static let limit = 366 * 86_400
    private static let units: [(letter: Character, seconds: Int)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]

    /// A span of whole seconds.
    package init(seconds: Int) { self.seconds = seconds }

    /// Reads numbers with a unit each, the greater units first and each at most once.
    package init?(argument: String) {
        var rest = Substring(argument)
        var total = 0
        for unit in TimeSpan.units {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard rest.dropFirst(digits.count).first == unit.letter else { continue }
            guard let number = Int(digits), number <= TimeSpan.limit else { return nil }
            total += number * unit.seconds
            rest = rest.dropFirst(digits.count + 1)
        }
        guard rest.isEmpty, (1...TimeSpan.limit).contains(total) else { return nil }
        seconds = total
    }

    /// The span in its two greatest units, such as `1h30m` or `45s`.
    package var description: String {
        var rest = seconds
        var parts: [(number: Int, letter: Character)] = []
        for unit in TimeSpan.units {
            if rest >= unit.seconds || !parts.isEmpty || unit.letter == "s" {
                parts.append((rest / unit.seconds, unit.letter))
            }
            rest %= unit.seconds
        }
        let shown = parts.prefix(2).enumerated().filter { $0.offset == 0 || $0.element.number > 0 }
        return shown.map { "\($0.element.number)\($0.element.letter)" }.joined()
    }
}
