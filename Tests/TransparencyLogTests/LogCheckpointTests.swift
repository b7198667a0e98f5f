import Encodings
import Identity
import Storage
import Testing
import TransparencyLog

@Suite("A checkpoint")
struct LogCheckpointTests {
    let key = SigningKey(seed: Array(0..<32))

    var checkpoint: LogCheckpoint {
        var tree = TreeTiles()
        tree.append(MerkleTree.leafHash(Array("entry 0".utf8)))
        return LogCheckpoint(origin: "example.org/log", tree: tree)
    }

    /// The root is the one `golang.org/x/mod/sumdb/tlog` computes for one leaf `entry 0`.
    @Test("is a C2SP tlog-checkpoint")
    func text() throws {
        #expect(
            String(decoding: checkpoint.text, as: UTF8.self)
                == "example.org/log\n1\ndziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE=\n")
    }

    @Test("is read back, signed in the name of its origin")
    func readBack() throws {
        let note = try checkpoint.note(signedWith: key)
        let read = try SignedNote(parsing: note.bytes)
        #expect(try LogCheckpoint(parsing: read) == checkpoint)
        #expect(read.isSigned(by: key.publicKey, named: "example.org/log"))
    }

    @Test(
        "spelled otherwise is refused",
        arguments: [
            "o\n1\n", "o\n01\nX\n", "o\n+1\nX\n", "o\n0\nX\n", "o\n-1\nX\n", "o\n1\nXX\n",
            "o\n1\nX", "o\n1\nX\nmore\n", "\n1\nX\n", "o\n18446744073709551616\nX\n",
        ])
    func malformed(text: String) throws {
        let root = Base64.encode(checkpoint.root.bytes)
        let bytes = Array(text.replacing("X", with: root).utf8)
        #expect(throws: MalformedInput.self) {
            try LogCheckpoint(parsing: SignedNote(parsing: bytes))
        }
    }
}
