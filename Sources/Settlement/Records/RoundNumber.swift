import Encodings

extension JSONFields {
    /// The number of a round: from 1, an integer that fits in 32 bits.
    mutating func round(_ name: String) throws(MalformedInput) -> UInt32 {
        UInt32(try integer(name, in: 1...Int64(UInt32.max)))
    }

    /// A count that is not negative.
    mutating func count(_ name: String) throws(MalformedInput) -> UInt64 {
        UInt64(try integer(name, in: 0...Int64.max))
    }
}
