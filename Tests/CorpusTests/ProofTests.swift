import Corpus
import Encodings
import Storage
import Testing

@Suite("Proofs of sequences")
struct ProofTests {
    private func with(
        texts count: Int = 40, _ body: (CorpusReader) throws -> Void
    ) throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        try fixtures.pack(CorpusFixtures.texts(count), into: "c", shardRows: 5)
        try body(CorpusReader(directory: fixtures.path("c")))
    }

    @Test("hold under the root for every sequence of both splits")
    func every() throws {
        try with { reader in
            for split in Split.allCases {
                let listed = reader.file.summary[split]
                let proofs = try SequenceProof.prove(0..<listed.rows, of: split, in: reader)
                #expect(proofs.map(\.sequence) == Array(0..<listed.rows))
                #expect(listed.rows > 1)
                for proof in proofs {
                    #expect(proof.holds(under: listed.root))
                    let read = try SequenceProof(json: proof.json)
                    #expect(read == proof)
                }
            }
        }
    }

    @Test("hold for no other row, place, path or root")
    func altered() throws {
        try with { reader in
            let root = reader.file.summary.train.root
            let proof = try SequenceProof.prove([3], of: .train, in: reader)[0]
            let changes: [(inout SequenceProof) -> Void] = [
                { $0.row[5] ^= 1 }, { $0.row.removeLast() }, { $0.sequence += 1 },
                { $0.sequences += 1 }, { $0.path.swapAt(0, 1) }, { $0.path.removeLast() },
                { $0.root = Digest(hashing: []) },
            ]
            for (number, change) in changes.enumerated() {
                var other = proof
                change(&other)
                // The number of leaves is not in the tree; more of them can lead the same way.
                if number == 3, other.holds(under: root) { continue }
                #expect(!other.holds(under: root), "change \(number)")
            }
            #expect(!proof.holds(under: Digest(hashing: [])))
        }
    }

    @Test(
        "are refused as records with anything missing, unknown or out of range",
        arguments: [
            (#""sequence":3"#, #""sequence":-1"#), (#""sequence":3"#, #""sequence":1000"#),
            (#""split":"train""#, #""split":"test""#), (#""path":["#, #""path":[1,"#),
            (#""row":""#, #""row":"="#), (#""sequence":3"#, #""sequence":3,"x":1"#),
            (#""type":"sequence-proof""#, #""type":"proof""#),
        ])
    func malformed(_ text: String, _ other: String) throws {
        try with { reader in
            let proof = try SequenceProof.prove([3], of: .train, in: reader)[0]
            let record = proof.json.orderedText
            #expect(record.contains(text))
            let altered = try JSON(parsing: Array(record.replacing(text, with: other).utf8))
            #expect(throws: MalformedInput.self) { try SequenceProof(json: altered) }
        }
    }

    @Test("of trees that grow leaf by leaf are those of whole trees", arguments: 1...40)
    func frontier(_ count: Int) {
        let leaves = (0..<count).map { MerkleTree.leafHash([UInt8($0)]) }
        var frontier = MerkleFrontier(proving: 0..<count)
        for leaf in leaves { frontier.append(leaf) }
        let (root, proofs) = frontier.finish()
        #expect(root == MerkleTree.root(ofLeafHashes: leaves))
        for index in 0..<count {
            #expect(proofs[index] == MerkleTree.inclusionProof(index, leafHashes: leaves))
        }
    }
}
