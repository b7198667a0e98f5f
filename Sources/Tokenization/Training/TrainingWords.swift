/// The distinct pieces of the training text as tokens, and where and how often pairs occur in them.
struct TrainingWords {
    private var tokens: [UInt32] = []
    private var starts: [Int] = []
    private var lengths: [Int] = []
    private let counts: [Int]

    private var pairs: [UInt64: PairRecord] = [:]
    private var queue = PairQueue()

    /// How often a pair occurs and in which words; the list may name words that lost it since.
    private struct PairRecord {
        var count = 0
        var words: [UInt32] = []
    }

    /// Starts with one token a byte.
    init(_ pieces: PieceCounter, byteTokens: [UInt32]) {
        counts = pieces.counts
        for word in counts.indices {
            starts.append(tokens.count)
            let piece = pieces.piece(word)
            for byte in piece { tokens.append(byteTokens[Int(byte)]) }
            lengths.append(piece.count)
        }
        countPairs()
    }

    /// Merges the most frequent pairs until the vocabulary is full or no pair is frequent enough.
    mutating func learn(
        _ vocabulary: inout Vocabulary, until size: Int, minimumCount: Int
    ) -> [LearnedMerge] {
        var learned: [LearnedMerge] = []
        var ids: [[UInt8]: UInt32] = [:]
        for id in 1..<UInt32(vocabulary.count) { ids[Array(vocabulary.bytes(of: id))] = id }
        while vocabulary.count < size, let pair = mostFrequentPair(minimumCount: minimumCount) {
            let (left, right) = PairQueue.halves(of: pair)
            let bytes = Array(vocabulary.bytes(of: left)) + Array(vocabulary.bytes(of: right))
            // Two pairs may make the same token, as `a`+`bc` and `ab`+`c`.
            let result = ids[bytes] ?? UInt32(vocabulary.count)
            if ids.updateValue(result, forKey: bytes) == nil { vocabulary.append(bytes) }
            learned.append(LearnedMerge(left: left, right: right, result: result))
            merge(pair, into: result)
        }
        return learned
    }

    private mutating func countPairs() {
        for word in counts.indices {
            for index in starts[word]..<starts[word] + max(0, lengths[word] - 1) {
                let pair = PairQueue.pair(tokens[index], tokens[index + 1])
                change(pair, by: counts[word], in: word)
            }
        }
        for (pair, record) in pairs { queue.push(pair, count: record.count) }
    }

    /// Takes the next pair off the queue, whose counts may have gone down since they were queued.
    private mutating func mostFrequentPair(minimumCount: Int) -> UInt64? {
        while let (pair, count) = queue.pop() {
            let current = pairs[pair]?.count ?? 0
            if current == count { return count < minimumCount ? nil : pair }
            if current > 0 { queue.push(pair, count: current) }
        }
        return nil
    }

    /// Replaces every occurrence of a pair, from left to right in each word.
    private mutating func merge(_ pair: UInt64, into result: UInt32) {
        guard let record = pairs[pair] else { return }
        var grown: Set<UInt64> = []
        for word in record.words { merge(pair, into: result, in: Int(word), grown: &grown) }
        pairs[pair] = nil
        for other in grown where other != pair {
            if let count = pairs[other]?.count, count > 0 { queue.push(other, count: count) }
        }
    }

    private mutating func merge(
        _ pair: UInt64, into result: UInt32, in word: Int, grown: inout Set<UInt64>
    ) {
        let (left, right) = PairQueue.halves(of: pair)
        let start = starts[word]
        let end = start + lengths[word]
        var read = start
        var write = start
        while read < end {
            guard tokens[read] == left, read + 1 < end, tokens[read + 1] == right else {
                tokens[write] = tokens[read]
                read += 1
                write += 1
                continue
            }
            if write > start {
                change(PairQueue.pair(tokens[write - 1], left), by: -counts[word], in: word)
                grow(PairQueue.pair(tokens[write - 1], result), in: word, &grown)
            }
            if read + 2 < end {
                change(PairQueue.pair(right, tokens[read + 2]), by: -counts[word], in: word)
                grow(PairQueue.pair(result, tokens[read + 2]), in: word, &grown)
            }
            tokens[write] = result
            read += 2
            write += 1
        }
        lengths[word] = write - start
    }

    private mutating func grow(_ pair: UInt64, in word: Int, _ grown: inout Set<UInt64>) {
        change(pair, by: counts[word], in: word)
        grown.insert(pair)
    }

    private mutating func change(_ pair: UInt64, by amount: Int, in word: Int) {
        pairs[pair, default: PairRecord()].count += amount
        if amount > 0, pairs[pair]?.words.last != UInt32(word) {
            pairs[pair]?.words.append(UInt32(word))
        }
    }
}
