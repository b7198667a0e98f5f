package import Storage

/// Numbers that nobody can foresee before a seed is public, and everybody can draw after.
///
/// Draw j is made from the first 16 bytes of SHA-256(prefix ‖ u64(j)); docs/protocol.md,
/// "Committees".
package struct PublicDraws: Sendable {
    private let prefix: [UInt8]
    private var drawn: UInt64 = 0

    /// The draws about `subject` in a round, under the seed and the name of a rule.
    package init(rule domain: String, seed: Digest, round: UInt64, subject: Digest) {
        prefix = Array(domain.utf8) + seed.bytes + round.bigEndianBytes + subject.bytes
    }

    /// The next number below `bound`, all equally likely: draws of the last, incomplete cycle are
    /// passed over.
    package mutating func next(below bound: UInt128) -> UInt128 {
        precondition(bound > 0, "a number below none")
        let excess = (UInt128.max % bound + 1) % bound
        while true {
            let hash = Digest(hashing: prefix + drawn.bigEndianBytes)
            drawn += 1
            let number = hash.bytes[..<16].reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
            if number <= UInt128.max - excess { return number % bound }
        }
    }

    /// The next `size` different numbers below `count`, ascending, each set of them as likely as any
    /// other: Floyd's algorithm (Communications of the ACM 30(9), 1987).
    package mutating func next(_ size: Int, of count: Int) -> [Int] {
        precondition((0...count).contains(size), "\(size) of \(count)")
        var chosen: Set<Int> = []
        for last in count - size..<count {
            let number = Int(next(below: UInt128(last + 1)))
            chosen.insert(chosen.contains(number) ? last : number)
        }
        return chosen.sorted()
    }
}
