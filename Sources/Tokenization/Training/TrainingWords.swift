/// The distinct pieces of the training text as tokens, and where and how often pairs occur in them.
///
/// A pair is queued for the words in which it was new, and again whenever it comes about anew; its
/// count is never reset. This is what `BpeTrainer` of `tokenizers` does, and it shows where two
/// pairs make the same token.
struct TrainingWords {
    private var tokens: [UInt32] = []
    private var starts: [Int] = []
    private var lengths: [Int] = []
    private var counts: [Int] = []

    private var pairs = PairTable()
    private var pairCounts: [Int] = []
    private var lists = WordLists()
    private var queue = PairQueue()
    /// Words in which a pair came about since the last merge, by the number of the pair.
    private var fresh: [UInt32] = []
    private var grown: [Int] = []

    /// Starts with one token a byte.
    init(_ pieces: PieceCounter, byteTokens: [UInt32]) {
        pieces.forEach { piece, count in
            starts.append(tokens.count)
            for byte in piece { tokens.append(byteTokens[Int(byte)]) }
            lengths.append(piece.count)
            counts.append(count)
        }
        for word in counts.indices {
            for index in starts[word]..<starts[word] + max(0, lengths[word] - 1) {
                grow(PairQueue.pair(tokens[index], tokens[index + 1]), in: word)
            }
        }
        queueGrown()
    }

    /// Merges the most frequent pairs until the vocabulary is full or no pair is frequent enough.
    mutating func learn(
        _ vocabulary: inout Vocabulary, until size: Int, minimumCount: Int
    ) -> [LearnedMerge] {
        var learned: [LearnedMerge] = []
        var ids: [[UInt8]: UInt32] = [:]
        for id in 1..<UInt32(vocabulary.count) { ids[Array(vocabulary.bytes(of: id))] = id }
        while vocabulary.count < size, let entry = mostFrequentPair(minimumCount: minimumCount) {
            let (left, right) = PairQueue.halves(of: entry.pair)
            let bytes = Array(vocabulary.bytes(of: left)) + Array(vocabulary.bytes(of: right))
            // Two pairs may make the same token, as `a`+`bc` and `ab`+`c`.
            let result = ids[bytes] ?? UInt32(vocabulary.count)
            if ids.updateValue(result, forKey: bytes) == nil { vocabulary.append(bytes) }
            learned.append(LearnedMerge(left: left, right: right, result: result))
            merge(entry, left, right, into: result)
        }
        return Self.withoutRepeats(learned)
    }

    /// A pair that was merged again counts from the last time.
    private static func withoutRepeats(_ learned: [LearnedMerge]) -> [LearnedMerge] {
        var seen: Set<UInt64> = []
        let kept = learned.reversed().filter {
            seen.insert(PairQueue.pair($0.left, $0.right)).inserted
        }
        return kept.reversed()
    }

    /// Takes the next pair off the queue, whose counts may have changed since they were queued.
    private mutating func mostFrequentPair(minimumCount: Int) -> PairQueue.Entry? {
        while let first = queue.first {
            let current = pairCounts[Int(first.number)]
            guard current == first.count else {
                queue.renewFirst(count: current)
                continue
            }
            guard current >= minimumCount else { return nil }
            queue.removeFirst()
            return first
        }
        return nil
    }

    /// Replaces the occurrences of a pair, from left to right in each word.
    private mutating func merge(
        _ entry: PairQueue.Entry, _ left: UInt32, _ right: UInt32, into result: UInt32
    ) {
        var list = entry.words
        while list != WordLists.end {
            merge(left, right, into: result, in: Int(lists.first(list)))
            list = lists.rest(list)
        }
        queueGrown()
    }

    private mutating func merge(
        _ left: UInt32, _ right: UInt32, into result: UInt32, in word: Int
    ) {
        let start = starts[word]
        let end = start + lengths[word]
        let count = counts[word]
        var read = start
        var write = start
        while read < end {
            let token = tokens[read]
            guard token == left, read + 1 < end, tokens[read + 1] == right else {
                tokens[write] = token
                read += 1
                write += 1
                continue
            }
            if write > start {
                let before = tokens[write - 1]
                shrink(PairQueue.pair(before, left), by: count)
                grow(PairQueue.pair(before, result), in: word)
            }
            if read + 2 < end {
                let after = tokens[read + 2]
                shrink(PairQueue.pair(right, after), by: count)
                grow(PairQueue.pair(result, after), in: word)
            }
            tokens[write] = result
            read += 2
            write += 1
        }
        lengths[word] = write - start
    }

    private mutating func shrink(_ pair: UInt64, by count: Int) {
        pairCounts[number(pair)] -= count
    }

    private mutating func grow(_ pair: UInt64, in word: Int) {
        let number = number(pair)
        pairCounts[number] += counts[word]
        let list = fresh[number]
        if list == WordLists.end {
            grown.append(number)
        } else if lists.first(list) == UInt32(word) {
            return
        }
        fresh[number] = lists.list(UInt32(word), before: list)
    }

    private mutating func number(_ pair: UInt64) -> Int {
        let number = pairs.number(pair)
        if number == pairCounts.count {
            pairCounts.append(0)
            fresh.append(WordLists.end)
        }
        return number
    }

    /// Queues the pairs that came about, for the words in which they did.
    private mutating func queueGrown() {
        for number in grown {
            if pairCounts[number] > 0 {
                queue.push(
                    PairQueue.Entry(
                        count: pairCounts[number], pair: pairs.pairs[number],
                        number: UInt32(number), words: fresh[number]))
            }
            fresh[number] = WordLists.end
        }
        grown.removeAll(keepingCapacity: true)
    }
}
