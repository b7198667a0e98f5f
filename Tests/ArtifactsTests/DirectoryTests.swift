import Artifacts
import Encodings
import Foundation
import Storage
import TestFiles
import Testing

@Suite("artifacts as directories")
struct DirectoryTests {
    @Test("a directory holds the same artifact as the file")
    func roundTrip() throws {
        let directory = try TemporaryDirectory()
        let artifact = Samples.small()
        let path = directory.file("x/y")
        try artifact.write(directory: path)
        let read = try Artifact.read(directory: path, expecting: .contribution)
        #expect(read == artifact)
        let manifest = try Artifact.readManifest(directory: path, expecting: nil)
        #expect(manifest == artifact.manifest)
        let names = try Files.list(directory.file("x"))
        #expect(names == ["y"])
    }

    @Test("writing again is a no-op, writing something else is refused")
    func again() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("x")
        try Samples.small().write(directory: path)
        try Samples.small().write(directory: path)
        let other = Artifact(kind: .contribution, members: [("a", [1])])
        let error = #expect(throws: SystemFailure.self) { try other.write(directory: path) }
        #expect(error?.code == 17)
        let names = try Files.list(directory.path)
        #expect(names == ["x"])
    }

    @Test("a named pipe is refused at once, where reading it would wait for ever")
    func namedPipes() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("x")
        for name in ["MANIFEST", "contribution.json"] {
            try Samples.small().write(directory: path)
            try shell("rm x/\(name); mkfifo x/\(name)", in: directory)
            #expect(throws: MalformedInput.self) {
                try Artifact.read(directory: path, expecting: nil)
            }
            try shell("rm -r x", in: directory)
        }
    }

    @Test("changed, missing, extra and linked files are refused, .tmp files are passed over")
    func strictness() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("x")
        try Samples.small().write(directory: path)
        func refusal() -> String? {
            do {
                _ = try Artifact.read(directory: path, expecting: nil)
                return nil
            } catch {
                return "\(error)"
            }
        }
        try shell("touch x/.nous-1.tmp", in: directory)
        #expect(refusal() == nil)
        try shell("touch x/trace/extra", in: directory)
        #expect(
            refusal() == "expected only files that the manifest lists, found \"trace/extra\"")
        try shell("rm x/trace/extra; mkdir x/empty", in: directory)
        #expect(refusal() == "expected only files that the manifest lists, found \"empty\"")
        try shell("rmdir x/empty; cp x/contribution.json y", in: directory)
        try shell("ln -sf ../y x/contribution.json", in: directory)
        #expect(
            refusal() == "expected only files that the manifest lists, found \"contribution.json\"")
        try shell("rm x/contribution.json; echo 12 > x/contribution.json", in: directory)
        #expect(refusal()?.hasPrefix("contribution.json: expected SHA-256 digest") == true)
        try shell("echo 1234 > x/contribution.json", in: directory)
        #expect(refusal() == "contribution.json: expected at most 3 bytes, found more")
        try shell("printf 1 > x/contribution.json", in: directory)
        #expect(refusal() == "contribution.json: expected 3 bytes, found 1")
        try shell("rm x/contribution.json", in: directory)
        #expect(refusal()?.hasPrefix("cannot open") == true)
    }
}
