import Encodings
import Storage
import Testing
import TransparencyLog

@Suite("Tiles")
struct LogTileTests {
    /// The examples of C2SP tlog-tiles.
    @Test("lie where the specification says")
    func paths() throws {
        #expect(LogTile(.hashes(level: 0), index: 1_234_067).path == "tile/0/x001/x234/067")
        #expect(
            LogTile(.entries, index: 273, count: 112).path == "tile/entries/273.p/112")
        for path in ["tile/0/x001/x234/067", "tile/entries/273.p/112", "tile/2/000.p/1"] {
            #expect(LogTile(path: path)?.path == path)
        }
    }

    @Test(
        "lie nowhere else",
        arguments: [
            "tile/0/67", "tile/0/x000/067", "tile/0/1234", "tile/0/067.p/0", "tile/0/067.p/256",
            "tile/0/067.p/01", "tile/64/000", "tile/-1/000", "tile/data/000", "tile/0",
            "tiles/0/000", "tile/0/x001/234/067", "tile/00/000", "tile/0/000.p", "tile//000",
        ])
    func otherPaths(path: String) {
        #expect(LogTile(path: path) == nil)
    }

    /// The example of C2SP tlog-tiles for 70,000 entries.
    @Test("at the right edge are as wide as the size makes them")
    func rightEdge() {
        let tiles = LogTile.all(ofSize: 70_000)
        #expect(tiles.count == 274 + 274 + 2 + 1)
        #expect(
            tiles.filter { !$0.isFull }.map(\.path) == [
                "tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1",
            ])
        #expect(
            LogTile.all(ofSize: 256).map(\.path)
                == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"])
        #expect(LogTile.all(ofSize: 0).isEmpty)
    }

    /// Roots of the leaves `entry 0`, `entry 1`, …, by `golang.org/x/mod/sumdb/tlog`.
    @Test(
        "have the known tree heads",
        arguments: [
            (1, "dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE="),
            (2, "WkdmL9ijF9lgSaP59HxV3GfKZgUbqjaD27GbL+CaB7A="),
            (3, "lPvQ3YNvUDAWkubQ6t5yjuGexSv/8WBu2AfIV11aqhk="),
            (256, "2mWW2VNp9f7zIquOTg2jsLUCNqqcijsdJG90Ecni4y4="),
            (257, "XB/f6DU1gCLyOS3keNvgU/wTDP4dOggoeakM9r8Uv34="),
            (300, "yjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg="),
        ])
    func heads(size: Int, root: String) {
        var tree = TreeTiles()
        for number in 0..<size { tree.append(MerkleTree.leafHash(Array("entry \(number)".utf8))) }
        #expect(Base64.encode(tree.root.bytes) == root)
    }

    /// Sizes at which tiles of the first two levels begin and end.
    static let sizes = [1, 2, 3, 255, 256, 257, 511, 512, 700, 65_535, 65_536, 65_537, 66_000]

    @Test("give the tree of RFC 6962 and its proofs", arguments: sizes)
    func proofs(size: Int) throws {
        let leaves = (0..<size).map {
            MerkleTree.leafHash([UInt8($0 & 0xFF), UInt8($0 >> 8 & 0xFF)])
        }
        var (tree, stored) = (TreeTiles(), [LogTile: [Digest]]())
        for leaf in leaves { tree.append(leaf) { stored[$0] = $1 } }
        for (tile, hashes) in tree.partial { stored[tile] = hashes }
        #expect(tree.root == MerkleTree.root(ofLeafHashes: leaves))
        var proofs = TileProofs(size: UInt64(size)) { try #require(stored[$0], "\($0.path)") }
        for index in Set([0, 1, size / 3, size / 2, size - 2, size - 1])
        where leaves.indices ~= index {
            let proof = try proofs.inclusion(of: UInt64(index))
            #expect(
                MerkleTree.verifyInclusion(
                    leafHash: leaves[index], index: UInt64(index), treeSize: UInt64(size),
                    proof: proof, root: tree.root))
        }
        for old in Set([1, 2, 255, 256, size / 2, size - 1, size]) where 1...size ~= old {
            #expect(
                MerkleTree.verifyConsistency(
                    oldSize: UInt64(old),
                    oldRoot: MerkleTree.root(ofLeafHashes: Array(leaves[..<old])),
                    newSize: UInt64(size), newRoot: tree.root,
                    proof: try proofs.consistency(from: UInt64(old))))
        }
    }
}
