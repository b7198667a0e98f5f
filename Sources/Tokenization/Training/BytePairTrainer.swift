/// Learns a byte-level byte-pair encoding from text, exactly and always the same.
///
/// Texts are cut into pieces by the split pattern; the pair of tokens that occurs most often in all
/// pieces becomes a token, again and again. Of pairs that occur equally often the one whose ids
/// are smallest is taken, which is what Hugging Face `BpeTrainer` does. The result depends on how
/// often each piece occurs and on nothing else: not on the order of texts.
package struct BytePairTrainer {
    /// The smallest vocabulary: the end of text and all bytes.
    package static let smallestVocabulary = 257

    private let pattern: SplitPattern
    private let scanner: PieceScanner
    private var pieces = PieceCounter()

    /// A trainer that has seen no text.
    package init(pattern: SplitPattern = .llama3) {
        self.pattern = pattern
        scanner = PieceScanner(pattern)
    }

    /// Counts the pieces of one text.
    package mutating func add(_ text: [UInt8]) {
        add(text.span)
    }

    /// Counts the pieces of one text.
    package mutating func add(_ text: Span<UInt8>) {
        unsafe text.withUnsafeBufferPointer { bytes in
            var position = 0
            while position < bytes.count {
                var ends = unsafe scanner.ends(in: bytes, from: position)
                guard ends != 0, let block = unsafe bytes.baseAddress.map({ unsafe $0 + position })
                else {
                    let end = scanner.endOfPiece(in: text, from: position)
                    unsafe pieces.add(UnsafeBufferPointer(rebasing: bytes[position..<end]))
                    position = end
                    continue
                }
                var from = 0
                while ends != 0 {
                    let end = ends.trailingZeroBitCount
                    ends &= ends &- 1
                    if end - from <= PieceCache.longestPiece {
                        pieces.add(unsafe PieceCache.Key(at: block + from, count: end - from))
                    } else {
                        unsafe pieces.add(
                            UnsafeBufferPointer(start: block + from, count: end - from))
                    }
                    from = end
                }
                position += from
            }
        }
    }

    /// Counts what another trainer with the same pattern has counted.
    package mutating func add(_ other: BytePairTrainer) {
        precondition(pattern == other.pattern, "pieces of one pattern")
        pieces.add(other.pieces)
    }

    /// The tokenizer of at most `vocabularySize` tokens, the first of which is `<|endoftext|>`.
    ///
    /// It has fewer if no pair occurs `minimumCount` times any more.
    package func train(vocabularySize: Int, minimumCount: Int = 1) -> Tokenizer {
        precondition(
            (Self.smallestVocabulary...Vocabulary.maximumSize).contains(vocabularySize),
            "vocabulary size within its limits")
        var vocabulary = Vocabulary()
        vocabulary.append(Tokenizer.endOfTextName.utf8, isSpecial: true)
        var byteTokens = [UInt32](repeating: 0, count: 256)
        for byte in ByteAlphabet.order {
            byteTokens[Int(byte)] = UInt32(vocabulary.count)
            vocabulary.append([byte])
        }
        var words = TrainingWords(pieces, byteTokens: byteTokens)
        let merges = words.learn(
            &vocabulary, until: vocabularySize, minimumCount: max(1, minimumCount))
        return Tokenizer(
            pattern: pattern,
            model: BytePairModel(
                vocabulary: vocabulary, byteTokens: byteTokens, learned: merges))
    }
}

/// A merge that training chose.
struct LearnedMerge {
    let left: UInt32
    let right: UInt32
    let result: UInt32
}

extension BytePairModel {
    /// A model of merges just learned.
    init(vocabulary: Vocabulary, byteTokens: [UInt32], learned: [LearnedMerge]) {
        var table = MergeTable(capacity: learned.count)
        for (rank, merge) in learned.enumerated() {
            let isNew = table.insert(
                merge.left, merge.right, rank: UInt32(rank), result: merge.result)
            precondition(isNew, "a pair is merged once")
        }
        self.init(
            vocabulary: vocabulary, merges: table,
            mergeList: learned.map { ($0.left, $0.right) }, byteTokens: byteTokens,
            byteMerges: table.ofBytes(byteTokens), wholePieces: nil)
    }
}
