/// All runs of so many words in texts that models are to be measured on.
package struct ContaminationIndex: Sendable {
    private let shingles: Shingles
    private var runs = FingerprintSet(lanes: 1)

    /// The texts that were added.
    package private(set) var texts = 0
    /// Those of them that are shorter than a run, so that nothing is found of them.
    package private(set) var short = 0

    /// An index of runs of `words` words.
    package init(words: Int) {
        shingles = Shingles(words: words)
    }

    /// Adds a text to be measured on.
    package mutating func add(_ text: [UInt8]) {
        texts += 1
        let isLong = shingles.forEach(in: text) { run in
            _ = runs.insert(run)
            return true
        }
        if !isLong { short += 1 }
    }

    /// Whether a run of `text` is in any text that was added.
    func isContaminated(_ text: [UInt8]) -> Bool {
        guard runs.count > 0 else { return false }
        var isFound = false
        shingles.forEach(in: text) { run in
            isFound = runs.contains(run)
            return !isFound
        }
        return isFound
    }
}
