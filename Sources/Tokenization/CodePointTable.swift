/// A byte for every code point, as a two-stage table that keeps equal blocks once.
struct CodePointTable: Sendable {
    private static let blockBits: UInt32 = 7
    private var index: [UInt16] = []
    private var blocks: [UInt8] = []

    /// The table of `values`, one for each of the 0x110000 code points.
    init(_ values: [UInt8]) {
        var known: [ArraySlice<UInt8>: UInt16] = [:]
        let size = 1 << Int(Self.blockBits)
        for start in stride(from: 0, to: values.count, by: size) {
            let block = values[start..<start + size]
            if let number = known[block] {
                index.append(number)
            } else {
                let number = UInt16(known.count)
                known[block] = number
                index.append(number)
                blocks += block
            }
        }
    }

    /// The value of a code point.
    subscript(point: UInt32) -> UInt8 {
        let block = Int(index[Int(point >> Self.blockBits)])
        let offset = Int(point & (1 << Self.blockBits - 1))
        return blocks[block << Int(Self.blockBits) | offset]
    }

    /// Calls `body` with every code point of runs that are written as gap and length.
    static func forEachPoint(in runs: some Collection<UInt32>, _ body: (UInt32) -> Void) {
        var point: UInt32 = 0
        var isGap = true
        for number in runs {
            if !isGap { for member in point..<point + number { body(member) } }
            point += number
            isGap.toggle()
        }
    }
}
