import ArgumentParser

/// A number of bytes as people write it: `2GiB`, `512MiB`, `1.5GB`, `1000000`.
package struct ByteCount: ExpressibleByArgument, Sendable, Equatable {
    /// The bytes.
    package let bytes: Int

    /// The largest that is accepted: an exbibyte is beyond every machine.
    private static let limit = 1 << 60

    private static let units: [(name: String, bytes: Int)] = [
        ("", 1), ("B", 1), ("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000),
        ("TB", 1_000_000_000_000), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
        ("TiB", 1 << 40),
    ]

    /// Reads digits, maybe with a fraction, and a unit.
    package init?(argument: String) {
        let number = argument.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let name = argument.dropFirst(number.count).drop { $0 == " " }
        guard let unit = ByteCount.units.first(where: { $0.name == name }),
            number.first != ".", number.last != ".", let value = Double(number)
        else { return nil }
        let bytes = (value * Double(unit.bytes)).rounded(.down)
        guard bytes >= 1, bytes <= Double(ByteCount.limit) else { return nil }
        self.bytes = Int(bytes)
    }

    /// `bytes` in MiB, or in GiB from 1 GiB on, rounded up to a whole MiB or hundredth of a GiB.
    package static func text(_ bytes: Int) -> String {
        let mebibytes = (bytes + (1 << 20) - 1) >> 20
        guard mebibytes >= 1_024 else { return "\(mebibytes) MiB" }
        let hundredths = (mebibytes * 100 + 1_023) / 1_024
        let digits = "\(hundredths % 100)"
        return "\(hundredths / 100).\(digits.count < 2 ? "0" + digits : digits) GiB"
    }
}
