/// A set of fingerprints of one or two words of 64 bits, in one block of memory.
///
/// Fingerprints are hashes already and are not hashed again. At most three quarters of the places are
/// taken, so a fingerprint takes 11 to 22 bytes for each of its words, and half as much again while
/// the set grows.
package struct FingerprintSet: Sendable {
    private let lanes: Int
    private var places: [UInt64]

    /// How many there are.
    package private(set) var count = 0

    /// An empty set of fingerprints of `lanes` words.
    package init(lanes: Int) {
        self.lanes = lanes
        places = [UInt64](repeating: 0, count: lanes << 10)
    }

    /// Adds a fingerprint; false if it was there.
    package mutating func insert(_ first: UInt64, _ second: UInt64 = 0) -> Bool {
        if (count + 1) * 4 > places.count / lanes * 3 { grow() }
        let place = place(of: first, second)
        guard places[place] == 0 else { return false }
        put(first, second, at: place)
        count += 1
        return true
    }

    /// Whether a fingerprint is there.
    package func contains(_ first: UInt64, _ second: UInt64 = 0) -> Bool {
        places[place(of: first, second)] != 0
    }

    /// Where the fingerprint is, or the empty place where it belongs.
    private func place(of first: UInt64, _ second: UInt64) -> Int {
        let first = Self.nonzero(first)
        let mask = places.count / lanes - 1
        var index = Int(truncatingIfNeeded: first) & mask
        while true {
            let place = index * lanes
            if places[place] == 0 { return place }
            if places[place] == first, lanes == 1 || places[place + 1] == second { return place }
            index = (index + 1) & mask
        }
    }

    private mutating func put(_ first: UInt64, _ second: UInt64, at place: Int) {
        places[place] = Self.nonzero(first)
        if lanes == 2 { places[place + 1] = second }
    }

    private mutating func grow() {
        let old = places
        places = [UInt64](repeating: 0, count: 2 * old.count)
        for start in stride(from: 0, to: old.count, by: lanes) where old[start] != 0 {
            let second = lanes == 2 ? old[start + 1] : 0
            put(old[start], second, at: place(of: old[start], second))
        }
    }

    /// Zero marks an empty place, so it is taken for one.
    private static func nonzero(_ word: UInt64) -> UInt64 { max(word, 1) }
}
