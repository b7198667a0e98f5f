import Identity
package import Storage

/// The workers of a roster in the byte order of their keys with running sums of their weights, from which
/// committees for many subjects are drawn, each in time that hardly depends on the workers.
package struct Electorate: Sendable {
    /// The digest of the run file.
    package let run: Digest
    /// The round.
    package let round: UInt64
    /// The seed that decides.
    package let seed: Digest

    private let keys: [PublicKey]
    /// The sum of the weights before each worker, and that of all.
    private let sums: [UInt128]

    /// The workers of `roster`, who count by `weight`.
    package init(_ roster: Roster, by weight: AssignmentWeight) {
        run = roster.run
        round = roster.round
        seed = roster.effectiveSeed
        let workers = roster.workers.sorted { $0.key < $1.key }
        keys = workers.map(\.key)
        var sum: UInt128 = 0
        var sums: [UInt128] = [0]
        for worker in workers {
            sum += UInt128(weight.of(worker))
            sums.append(sum)
        }
        self.sums = sums
    }

    /// All workers but one.
    func candidates(excluding excluded: PublicKey?) -> Candidates {
        var candidates = Candidates(self)
        if let excluded, let place = place(of: excluded) { candidates.take(place: place) }
        return candidates
    }

    private func place(of key: PublicKey) -> Int? {
        let place = Self.first(in: keys.indices) { keys[$0] >= key }
        return place < keys.count && keys[place] == key ? place : nil
    }

    /// The first place that fulfils a condition which all later ones fulfil; the end if none does.
    private static func first(in places: Range<Int>, where isBehind: (Int) -> Bool) -> Int {
        var (low, high) = (places.lowerBound, places.upperBound)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// Those who are left to be drawn.
    struct Candidates {
        private let electorate: Electorate
        /// The places of those who were taken, ascending.
        private var taken: [Int] = []
        /// The weights of those who are left.
        private(set) var total: UInt128

        fileprivate init(_ electorate: Electorate) {
            self.electorate = electorate
            total = electorate.sums[electorate.keys.count]
        }

        /// Takes the first worker at whom the running sum of those who are left exceeds `ticket`.
        mutating func take(_ ticket: UInt128) -> PublicKey {
            let sums = electorate.sums
            // As if those who were taken before the one that is looked for were still there.
            let sum = taken.reduce(ticket) { sum, place in
                sum >= sums[place] ? sum + sums[place + 1] - sums[place] : sum
            }
            let place = Electorate.first(in: electorate.keys.indices) { sums[$0 + 1] > sum }
            take(place: place)
            return electorate.keys[place]
        }

        fileprivate mutating func take(place: Int) {
            total -= electorate.sums[place + 1] - electorate.sums[place]
            taken.insert(place, at: taken.firstIndex { $0 > place } ?? taken.count)
        }
    }
}
