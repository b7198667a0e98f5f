/// Signatures of texts that agree in as many places as the texts share runs of five words.
///
/// The idea is Broder's (On the resemblance and containment of documents, 1997).
///
/// The parameters are those of datatrove: 14 bands of 8 hashes, a·x + b modulo 2^61 − 1. Two texts
/// whose runs overlap by the part s (of all runs in either) have a band in common with the
/// probability 1 − (1 − s^8)^14: a half at s = 0.69, 0.92 at s = 0.8, 0.05 at s = 0.5.
struct MinHash: Sendable {
    /// How many bands there are.
    static let bands = 14
    /// How many hashes are in each.
    static let rows = 8

    private static let prime: UInt64 = 1 << 61 - 1
    private let shingles = Shingles(words: 5)
    private let factors: [UInt64]
    private let terms: [UInt64]

    init() {
        var state: UInt64 = 1
        func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            return state.mixed
        }
        var factors: [UInt64] = []
        var terms: [UInt64] = []
        for _ in 0..<Self.bands * Self.rows {
            factors.append(1 + next() % (Self.prime - 1))
            terms.append(next() % Self.prime)
        }
        self.factors = factors
        self.terms = terms
    }

    /// A fingerprint of each band; none for a text of fewer than five words.
    func bands(of text: [UInt8]) -> [UInt64] {
        var least = [UInt64](repeating: .max, count: factors.count)
        let hasShingles = shingles.forEach(in: text) { shingle in
            let x = shingle % Self.prime
            for index in 0..<factors.count {
                let value = Self.affine(factors[index], x, terms[index])
                least[index] = min(least[index], value)
            }
            return true
        }
        guard hasShingles else { return [] }
        return (0..<Self.bands).map { band in
            least[band * Self.rows..<(band + 1) * Self.rows].reduce(UInt64(band + 1)) {
                ($0 ^ $1).mixed
            }
        }
    }

    /// a·x + b modulo 2^61 − 1, all three being less than that.
    private static func affine(_ a: UInt64, _ x: UInt64, _ b: UInt64) -> UInt64 {
        let (high, low) = a.multipliedFullWidth(by: x)
        let sum = (low & prime) &+ (high << 3 | low >> 61) &+ b
        let folded = (sum & prime) &+ (sum >> 61)
        return folded >= prime ? folded - prime : folded
    }
}
