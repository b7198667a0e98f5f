import Corpus
import Storage
import Testing
import Tokenization

@Suite("The search for sequences")
struct SequenceSearchTests {
    @Test(
        "finds every document and every text where the rows have it",
        arguments: [PackingPolicy.concatenate, .bestFit])
    func search(_ packing: PackingPolicy) throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        let texts = CorpusFixtures.texts(40)
        try fixtures.pack(texts, into: "c", shardRows: 1000, packing: packing)
        let reader = try CorpusReader(directory: fixtures.path("c"))
        let tokenizer = try reader.tokenizer()
        let search = SequenceSearch(reader)
        let text = { (match: SequenceSearch.Match) throws -> [UInt8] in
            try match.sequences.flatMap { index in
                let number = reader.shardNumber(ofRow: index, in: match.split)
                let shard = try reader.shard(number, of: match.split)
                let isFirst = index == match.sequences.lowerBound || packing == .bestFit
                return try tokenizer.decode(
                    Array(
                        shard.rows.text(index - shard.firstRow).dropFirst(
                            isFirst ? 0 : 1)))
            }
        }
        var whole = 0
        for (number, document) in texts.enumerated() {
            var isFound = false
            try search.find(document: Digest(hashing: document.bytes)) { match in
                isFound = true
                if try text(match).firstRange(of: document.bytes) != nil { whole += 1 }
            }
            #expect(isFound || packing == .concatenate, "document \(number)")
            let wanted = Array("fox \(number) jumps".utf8)
            try search.find(text: wanted) { match in
                let bytes = try text(match)
                #expect(bytes.firstRange(of: wanted) != nil, "document \(number)")
            }
        }
        guard packing == .concatenate else { return }
        // At most one document of each split loses its end.
        #expect(whole >= 38)
        var lines = 0
        try search.find(text: Array("jumps over dog".utf8)) { _ in lines += 1 }
        #expect((38...40).contains(lines))
        try search.find(text: [0]) { _ in Issue.record("found what is not there") }
    }
}
