import Attestation
import Encodings
import Foundation
import Storage
import TestFiles
import Testing

@Suite("model inventories")
struct ModelInventoryTests {
    private func directory(_ files: [String: String]) throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        for (path, text) in files {
            try Files.makeDirectory(Files.directory(of: directory.file(path)))
            try Files.writeAtomically(path: directory.file(path), [UInt8](text.utf8))
        }
        return directory
    }

    private func inventory(_ files: [String: String]) -> ModelInventory {
        ModelInventory(
            files: files.map { path, text in
                ModelFile(path: path, digest: Digest(hashing: [UInt8](text.utf8)))
            })
    }

    @Test("every file of a directory is listed once, hidden ones too, in the order of bytes")
    func files() throws {
        let files = ["b": "1", "a/b": "2", "a-b": "", "a/.c/d": "3", ".h": "4", "é": "5"]
        let directory = try directory(files)
        let found = try ModelInventory.read(directory: directory.path, ignoring: IgnoredPaths())
        #expect(found == inventory(files))
        #expect(found.files.map(\.path) == [".h", "a-b", "a/.c/d", "a/b", "b", "é"])
        for (path, text) in files {
            #expect(found.digest(of: path) == Digest(hashing: [UInt8](text.utf8)))
        }
        #expect(found.digest(of: "a") == nil)
        #expect(found.digest(of: "z") == nil)
    }

    @Test("a file larger than one read is hashed whole")
    func large() throws {
        let directory = try TemporaryDirectory()
        let bytes = [UInt8](repeating: 7, count: 1 << 20 + 1)
        try Files.writeAtomically(path: directory.file("a"), bytes)
        let found = try ModelInventory.read(directory: directory.path, ignoring: IgnoredPaths())
        #expect(found.digest(of: "a") == Digest(hashing: bytes))
    }

    @Test("git's files at the top are left out, and what else is ignored, with all under it")
    func ignoring() throws {
        let directory = try directory([
            ".git/config": "", ".gitignore": "", ".github/x/y": "", ".gitattributes": "",
            "a/.git": "1", "cache/a": "", "cached": "2", "b/cache": "3", "keep": "4",
        ])
        let found = try ModelInventory.read(
            directory: directory.path, ignoring: IgnoredPaths(["cache"]))
        #expect(found == inventory(["a/.git": "1", "cached": "2", "b/cache": "3", "keep": "4"]))
    }

    @Test("links are seen and not followed, and what is signed has none")
    func links() throws {
        let directory = try directory(["a/b": "1"])
        try createLink(directory.file("link"), to: "a/b")
        try createLink(directory.file("loop"), to: ".")
        try createLink(directory.file("broken"), to: "nowhere")
        let found = try ModelInventory.read(directory: directory.path, ignoring: IgnoredPaths())
        #expect(found.irregular == ["broken", "link", "loop"])
        #expect(found.files.map(\.path) == ["a/b"])
        let line = try CheckpointLine([])
        #expect(
            refusal {
                _ = try ModelStatement(
                    name: "m", inventory: found, ignoring: IgnoredPaths(), line: line)
            } == "broken: expected files and directories, found something else")
    }

    @Test("a model without files is not signed")
    func empty() throws {
        let line = try CheckpointLine([])
        #expect(
            refusal {
                _ = try ModelStatement(
                    name: "m", inventory: ModelInventory(files: []), ignoring: IgnoredPaths(),
                    line: line)
            } == "expected files, found none")
    }

    @Test("whatever differs is found, in the order of bytes")
    func differences() {
        let signed = inventory(["a": "1", "b": "2", "c": "3", "é": "4"])
        #expect(signed.differences(from: signed).isEmpty)
        let found = ModelInventory(
            files: inventory(["b": "other", "c": "3", "d": "4", "e\u{301}": "4"]).files,
            irregular: ["a"])
        #expect(
            found.differences(from: signed).map { "\($0.path) \($0.kind)" } == [
                "a irregular", "a missing", "b changed", "d added", "e\u{301} added", "é missing",
            ])
    }

    @Test("a file's path in a directory is found however both are written")
    func paths() throws {
        let directory = try directory(["model/a/b": ""])
        try createLink(directory.file("link"), to: "model")
        for (file, root, path) in [
            ("model/a/x.sig", "model", "a/x.sig"), ("link/x.sig", "model", "x.sig"),
            ("model/x.sig", "link/", "x.sig"), ("model/a/../x.sig", "model/.", "x.sig"),
            ("x.sig", "model", nil), ("model", "model", nil),
        ] {
            let found = try ModelInventory.path(
                of: directory.file(file), in: directory.file(root))
            #expect(found == path, "\(file) in \(root)")
        }
    }

    private func createLink(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: path, withDestinationPath: target)
    }
}
