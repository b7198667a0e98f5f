import Artifacts
import Encodings
import Foundation
import Storage
import TestFiles
import Testing

@Suite("bundles and the programs of Debian")
struct PeerProgramTests {
    @Test("tar, zstd and sha256sum open and check a bundle")
    func unpack() throws {
        let directory = try TemporaryDirectory()
        let artifact = Samples.small()
        try Files.writeAtomically(path: directory.file("x.tar.zst"), artifact.fileBytes())
        try shell("zstd -tq x.tar.zst", in: directory)
        try shell("tar --zstd -xf x.tar.zst && tail -n +2 MANIFEST | sha256sum -c", in: directory)
        let listing = try shell("tar --zstd -tf x.tar.zst", in: directory)
        #expect(listing.split(separator: "\n").map(String.init) == ["MANIFEST"] + artifact.paths)
        let digest = try shell("sed '/^$/,$d' MANIFEST | sha256sum", in: directory)
        #expect(digest == "\(artifact.digest)  -\n")
        try Files.remove(directory.file("x.tar.zst"))
        let read = try Artifact.read(directory: directory.path, expecting: .contribution)
        #expect(read == artifact)
    }

    @Test("the trailer holds what sha256sum says of the bytes before it")
    func trailer() throws {
        let directory = try TemporaryDirectory()
        try Files.writeAtomically(path: directory.file("x"), Samples.small().fileBytes())
        let digest = try shell("head -c -53 x | sha256sum | cut -c -64", in: directory)
        let stated = try shell("tail -c 32 x | od -An -v -tx1 | tr -d ' \\n'", in: directory)
        #expect(digest == stated + "\n")
    }

    @Test("a tar file made by hand is read")
    func handMade() throws {
        let directory = try TemporaryDirectory()
        try shell(
            """
            mkdir d; printf one > a; printf two > d/b
            { echo nous-tools shard v1
              for f in a d/b; do echo "# 3 $f"; sha256sum $f; done; } > MANIFEST
            tar --format=ustar -b1 --owner=0 --group=0 --numeric-owner --mode=0644 --mtime=@0 \
              -cf x.tar MANIFEST a d/b
            """, in: directory)
        var source = try FileSource(path: directory.file("x.tar"))
        let read = try Artifact.read(from: &source, expecting: .shard)
        #expect(
            read
                == Artifact(
                    kind: .shard, members: [("a", Array("one".utf8)), ("d/b", Array("two".utf8))]))
    }

    @Test("a bundle compressed by the zstd program is refused: its frames are not ours")
    func otherFrames() throws {
        let directory = try TemporaryDirectory()
        try Files.writeAtomically(path: directory.file("x.tar.zst"), Samples.small().fileBytes())
        try shell("zstd -dqc x.tar.zst | zstd -qc > y.tar.zst", in: directory)
        var source = try FileSource(path: directory.file("y.tar.zst"))
        #expect(throws: MalformedInput.self) {
            try Artifact.read(from: &source, expecting: .contribution)
        }
        try shell("zstd -dqc x.tar.zst > y.tar", in: directory)
        var plain = try FileSource(path: directory.file("y.tar"))
        let read = try Artifact.read(from: &plain, expecting: .contribution)
        #expect(read == Samples.small())
    }
}
