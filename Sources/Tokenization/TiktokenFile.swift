package import Encodings

/// Reads `.tiktoken` files: a line for each token, its bytes in Base64, a space, and its rank.
///
/// The rank is the id. The file does not say what its pattern and its special tokens are; that goes
/// by the name of the vocabulary. A piece that is a token is that token; else two neighbours
/// whose bytes together are a token merge, that of the lowest rank first.
package enum TiktokenFile {
    /// The longest line in bytes.
    static let longestLine = 4096
    /// The longest token in bytes; every way to cut it in two becomes a merge.
    static let longestToken = 1024
    /// The most ids without a token between two ranks; each becomes a special token.
    static let longestGap = 4096

    /// The tokenizer of a file's ranks.
    package static func read(
        _ file: [UInt8], as name: TiktokenVocabulary
    ) throws(MalformedInput) -> Tokenizer {
        let tokens = try ranks(of: file)
        var ids: [ArraySlice<UInt8>: UInt32] = [:]
        ids.reserveCapacity(tokens.count)
        for (token, rank) in tokens {
            guard ids.updateValue(rank, forKey: token[...]) == nil else {
                throw MalformedInput("token \(rank) occurs twice", in: "tokenizer")
            }
        }
        var byteTokens: [UInt32] = []
        for byte in UInt8.min...UInt8.max {
            guard let id = ids[[byte]] else {
                throw MalformedInput("no token for \(ByteList([byte]))", in: "tokenizer")
            }
            byteTokens.append(id)
        }
        let vocabulary = vocabulary(tokens, specials: name.specialTokens)
        let (table, list) = try merges(of: tokens, ids)
        let model = BytePairModel(
            vocabulary: vocabulary, merges: table, mergeList: list, byteTokens: byteTokens,
            ids: ids)
        return Tokenizer(pattern: name.pattern, model: model)
    }

    /// The tokens in the order of their ranks.
    private static func ranks(
        of file: [UInt8]
    ) throws(MalformedInput) -> [(token: [UInt8], rank: UInt32)] {
        var tokens: [(token: [UInt8], rank: UInt32)] = []
        var last = -1
        let lines = file.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where !(line.isEmpty && number == lines.count - 1)
        {
            let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
            guard line.count <= longestLine, parts.count == 2,
                let token = Base64.decode(String(decoding: parts[0], as: UTF8.self)),
                !token.isEmpty, token.count <= longestToken,
                let rank = Int(String(decoding: parts[1], as: UTF8.self))
            else {
                throw MalformedInput(
                    "line \(number + 1): expected Base64 of 1 to \(longestToken) bytes, a space"
                        + " and a rank", in: "tokenizer")
            }
            let most = min(last + 1 + longestGap, Vocabulary.maximumSize - 1)
            guard rank > last, rank <= most else {
                throw MalformedInput(
                    "line \(number + 1): expected a rank from \(last + 1) to \(most),"
                        + " found \(rank)", in: "tokenizer")
            }
            last = rank
            tokens.append((token, UInt32(rank)))
        }
        return tokens
    }

    /// The tokens and the special ones; an id that would have neither is an unused special token.
    private static func vocabulary(
        _ tokens: [(token: [UInt8], rank: UInt32)], specials: [UInt32: String]
    ) -> Vocabulary {
        var vocabulary = Vocabulary()
        let fill = { (vocabulary: inout Vocabulary, end: UInt32) in
            for id in UInt32(vocabulary.count)..<max(end, UInt32(vocabulary.count)) {
                let name = specials[id] ?? "<|unused_\(id)|>"
                vocabulary.append(name.utf8, isSpecial: true)
            }
        }
        for (token, rank) in tokens {
            fill(&vocabulary, rank)
            vocabulary.append(token)
        }
        fill(&vocabulary, (specials.keys.max() ?? 0) + 1)
        return vocabulary
    }

    /// Every way to make a token of two others, by the token's rank and then by the two.
    private static func merges(
        of tokens: [(token: [UInt8], rank: UInt32)], _ ids: [ArraySlice<UInt8>: UInt32]
    ) throws(MalformedInput) -> (MergeTable, [(left: UInt32, right: UInt32)]) {
        var list: [(left: UInt32, right: UInt32)] = []
        var results: [UInt32] = []
        for (token, rank) in tokens where token.count > 1 {
            var ways: [(left: UInt32, right: UInt32)] = []
            for cut in 1..<token.count {
                guard let left = ids[token[..<cut]], let right = ids[token[cut...]] else {
                    continue
                }
                ways.append((left, right))
            }
            list += ways.sorted { $0 < $1 }
            results += [UInt32](repeating: rank, count: ways.count)
            guard list.count <= Vocabulary.maximumSize else {
                throw MalformedInput(
                    "more than \(Vocabulary.maximumSize) merges", in: "tokenizer")
            }
        }
        var table = MergeTable(capacity: list.count)
        for (rank, (left, right)) in list.enumerated() {
            _ = table.insert(left, right, rank: UInt32(rank), result: results[rank])
        }
        return (table, list)
    }
}
