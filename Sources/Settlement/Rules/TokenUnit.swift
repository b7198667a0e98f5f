/// How amounts of the run's token are shown: a symbol and a number of decimal places.
package struct TokenUnit: Hashable, Sendable {
    /// The most decimal places a token may have (the largest u64 then still has a whole digit).
    package static let maximumDecimals: UInt64 = 18

    /// The longest symbol, in characters.
    package static let maximumSymbolLength = 12

    /// Capital letters and digits, starting with a letter, such as `NOUS`.
    package let symbol: String
    /// One token is 10^decimals base units.
    package let decimals: UInt64

    /// A unit, or `nil` when the symbol or the number of decimals breaks the limits.
    package init?(symbol: String, decimals: UInt64) {
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let first = symbol.utf8.first, letters.contains(first),
            symbol.utf8.count <= Self.maximumSymbolLength, decimals <= Self.maximumDecimals,
            symbol.utf8.allSatisfy({ letters.contains($0) || digits.contains($0) })
        else { return nil }
        self.symbol = symbol
        self.decimals = decimals
    }

    /// An amount of base units with all its decimals and the symbol, such as `12.500000 NOUS`.
    package func describe(_ amount: some BinaryInteger) -> String {
        "\(number(amount)) \(symbol)"
    }

    /// An amount of base units, not negative, with all its decimals, such as `12.500000`.
    package func number(_ amount: some BinaryInteger) -> String {
        let places = Int(decimals)
        let digits = String(amount)
        guard places > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
        return "\(padded.dropLast(places)).\(padded.suffix(places))"
    }
}
