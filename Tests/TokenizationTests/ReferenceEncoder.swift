import Encodings
import Testing
import Tokenization

/// Byte-pair encoding as it is defined, merge by merge, read from a `tokenizer.json`.
struct ReferenceEncoder {
    private var ids: [[UInt8]: UInt32] = [:]
    private var ranks: [[[UInt8]]: Int] = [:]

    init(_ file: [UInt8]) throws {
        let model = try #require(JSON(parsing: file)["model"])
        for member in try #require(model["vocab"]?.object) {
            let bytes = try #require(ByteAlphabet.bytes(for: member.key))
            ids[bytes] = UInt32(try #require(member.value.integer))
        }
        for (rank, merge) in try #require(model["merges"]?.array).enumerated() {
            let halves = try #require(merge.array).map { try #require($0.string) }
            ranks[try halves.map { try #require(ByteAlphabet.bytes(for: $0)) }] = rank
        }
    }

    /// The tokens of one piece.
    func tokens(of piece: some Sequence<UInt8>) -> [UInt32] {
        var parts = piece.map { [$0] }
        while true {
            let places = (0..<max(0, parts.count - 1)).compactMap { index in
                ranks[[parts[index], parts[index + 1]]].map { (rank: $0, index: index) }
            }
            guard let best = places.min(by: { $0 < $1 }) else { break }
            parts[best.index] += parts.remove(at: best.index + 1)
        }
        return parts.compactMap { ids[$0] }
    }

    /// A `tokenizer.json` of all bytes and random merges, in no order in which training makes them.
    static func randomFile(_ random: inout RandomText, merges count: Int) -> [UInt8] {
        var tokens = ByteAlphabet.order.map { [$0] }
        var merges: [[[UInt8]]] = []
        for _ in 0..<count {
            let letters = tokens.filter { $0.allSatisfy { (0x61...0x64).contains($0) } }
            let pair = [letters[random.below(letters.count)], letters[random.below(letters.count)]]
            guard !merges.contains(pair), pair[0].count + pair[1].count <= 40 else { continue }
            if !tokens.contains(pair[0] + pair[1]) { tokens.append(pair[0] + pair[1]) }
            merges.insert(pair, at: random.below(merges.count + 1))
        }
        let vocabulary = tokens.enumerated().map { id, token in
            "\(JSON.string(ByteAlphabet.text(for: token)).text):\(id)"
        }
        let list = merges.map { pair in
            "[" + pair.map { JSON.string(ByteAlphabet.text(for: $0)).text }.joined(separator: ",")
                + "]"
        }
        let model =
            "{\"vocab\":{\(vocabulary.joined(separator: ","))},\"merges\":[\(list.joined(separator: ","))]}"
        return Array(
            """
            {"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true},
            "decoder":{"type":"ByteLevel"},"added_tokens":[],"model":\(model)}
            """.utf8)
    }
}

extension JSON {
    fileprivate var text: String { String(decoding: canonicalBytes(), as: UTF8.self) }
}
