/// Numbers of bytes as people write them.
package enum ByteCount {
    /// The bytes that a text such as `500MB`, `2GiB` or `4096` names, or nil if it is none.
    ///
    /// The units of powers of 1000 are kB, MB, GB and TB; of 1024, KiB, MiB, GiB and TiB.
    package static func parse(_ text: String) -> Int? {
        let digits = text.utf8.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard let number = Int(String(digits) ?? ""),
            let unit = units[String(text.utf8.dropFirst(digits.count)) ?? "?"]
        else { return nil }
        let (count, overflows) = number.multipliedReportingOverflow(by: unit)
        return overflows ? nil : count
    }

    private static let units = [
        "": 1, "B": 1, "kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000,
        "TB": 1_000_000_000_000, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
    ]
}
