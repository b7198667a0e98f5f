import Encodings
import Storage
import TestFiles
import Testing

@Suite("Proofs of others")
struct MerkleProofVectorTests {
    /// The 98 proofs of inclusion and 98 of consistency of transparency-dev/merkle.
    @Test("hold or fail as their authors say")
    func published() throws {
        let text = String(decoding: try VectorFile.bytes("merkle-proofs.txt"), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == 196)
        // Two equal trees whose roots are no hashes cannot be stated here.
        for line in lines where !line.hasPrefix("consistency 1 1 ZG9uJ3QgY2FyZSAy ") {
            let words = line.split(separator: " ").map(String.init)
            #expect(Self.holds(words) == (words[5] == "good"), "\(line)")
        }
    }

    /// Whether a proof can be read and holds; a size below zero or a hash of another length cannot.
    private static func holds(_ words: [String]) -> Bool {
        let hashes = (words[3...4] + words[6...]).map { Base64.decode($0).flatMap { Digest($0) } }
        guard let first = UInt64(words[1]), let second = UInt64(words[2]),
            let left = hashes[0], let right = hashes[1], !hashes.contains(nil)
        else { return false }
        let proof = hashes.dropFirst(2).compactMap(\.self)
        return words[0] == "inclusion"
            ? MerkleTree.verifyInclusion(
                leafHash: right, index: first, treeSize: second, proof: proof, root: left)
            : MerkleTree.verifyConsistency(
                oldSize: first, oldRoot: left, newSize: second, newRoot: right, proof: proof)
    }
}
