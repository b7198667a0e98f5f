import Encodings
import Storage
import Testing

@Suite("Merkle tree of RFC 6962")
struct MerkleTreeTests {
    private static func leaves(_ count: Int) -> [Digest] {
        (0..<count).map { MerkleTree.leafHash(Array("entry \($0)".utf8)) }
    }

    private static func consistencyProof(from old: Int, leafHashes: [Digest]) -> [Digest] {
        MerkleTree.consistencyPath(from: old, in: leafHashes.count).map {
            MerkleTree.root(ofLeafHashes: Array(leafHashes[$0]))
        }
    }

    @Test(
        "published roots over the leaves 'entry 0', 'entry 1', ...",
        arguments: [
            (1, "dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE="),
            (2, "WkdmL9ijF9lgSaP59HxV3GfKZgUbqjaD27GbL+CaB7A="),
            (3, "lPvQ3YNvUDAWkubQ6t5yjuGexSv/8WBu2AfIV11aqhk="),
            (256, "2mWW2VNp9f7zIquOTg2jsLUCNqqcijsdJG90Ecni4y4="),
            (257, "XB/f6DU1gCLyOS3keNvgU/wTDP4dOggoeakM9r8Uv34="),
            (300, "yjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg="),
        ])
    func roots(count: Int, root: String) {
        #expect(Base64.encode(MerkleTree.root(ofLeafHashes: Self.leaves(count)).bytes) == root)
    }

    @Test("the empty tree is the hash of nothing")
    func empty() {
        #expect(
            MerkleTree.root(ofLeafHashes: []).hex
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("each leaf of each small tree is proved, and only at its own place")
    func inclusion() {
        for count in 1...17 {
            let leaves = Self.leaves(count)
            let root = MerkleTree.root(ofLeafHashes: leaves)
            for index in 0..<count {
                let proof = MerkleTree.inclusionProof(index, leafHashes: leaves)
                for claimed in 0..<(count + 1) {
                    let holds = MerkleTree.verifyInclusion(
                        leafHash: leaves[index], index: UInt64(claimed), treeSize: UInt64(count),
                        proof: proof, root: root)
                    #expect(holds == (claimed == index))
                }
            }
        }
    }

    @Test("a proof that is longer, shorter or altered is refused")
    func brokenInclusion() {
        let leaves = Self.leaves(13)
        let root = MerkleTree.root(ofLeafHashes: leaves)
        let proof = MerkleTree.inclusionProof(6, leafHashes: leaves)
        var altered = proof
        altered[1] = leaves[0]
        for broken in [[], Array(proof.dropLast()), proof + [leaves[0]], altered] {
            let holds = MerkleTree.verifyInclusion(
                leafHash: leaves[6], index: 6, treeSize: 13, proof: broken, root: root)
            #expect(!holds)
        }
        let huge = MerkleTree.verifyInclusion(
            leafHash: leaves[6], index: .max - 1, treeSize: .max, proof: proof, root: root)
        #expect(!huge)
    }

    @Test("each small tree is proved to begin with each smaller one")
    func consistency() {
        let leaves = Self.leaves(20)
        for new in 0...20 {
            let newLeaves = Array(leaves[..<new])
            let newRoot = MerkleTree.root(ofLeafHashes: newLeaves)
            for old in 0...new {
                let oldRoot = MerkleTree.root(ofLeafHashes: Array(leaves[..<old]))
                let proof = Self.consistencyProof(from: old, leafHashes: newLeaves)
                let holds = MerkleTree.verifyConsistency(
                    oldSize: UInt64(old), oldRoot: oldRoot, newSize: UInt64(new),
                    newRoot: newRoot, proof: proof)
                #expect(holds, "from \(old) to \(new)")
                let longer = MerkleTree.verifyConsistency(
                    oldSize: UInt64(old), oldRoot: oldRoot, newSize: UInt64(new),
                    newRoot: newRoot, proof: proof + [newRoot])
                #expect(!longer, "from \(old) to \(new)")
            }
        }
    }

    @Test("a tree whose past was changed is refused")
    func rewritten() {
        let leaves = Self.leaves(11)
        var changed = leaves
        changed[2] = leaves[3]
        for old in 3..<11 {
            let holds = MerkleTree.verifyConsistency(
                oldSize: UInt64(old), oldRoot: MerkleTree.root(ofLeafHashes: Array(leaves[..<old])),
                newSize: 11, newRoot: MerkleTree.root(ofLeafHashes: changed),
                proof: Self.consistencyProof(from: old, leafHashes: changed))
            #expect(!holds)
        }
    }
}

@Suite("digests")
struct DigestTests {
    @Test("SHA-256 known answer (FIPS 180-2), at once and in parts")
    func knownAnswer() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(Digest(hashing: Array("abc".utf8)).hex == expected)
        var digester = Digester()
        digester.update(Array("a".utf8))
        digester.update(Array("xbc".utf8)[1...])
        #expect("\(digester.finalize())" == expected)
    }

    @Test("only 32 bytes or 64 lower-case digits are a digest")
    func parsing() {
        let digest = Digest(hashing: [])
        #expect(Digest(hex: digest.hex) == digest)
        #expect(Digest(digest.bytes) == digest)
        #expect(Digest(hex: digest.hex.uppercased()) == nil)
        #expect(Digest([UInt8](repeating: 0, count: 31)) == nil)
    }
}
