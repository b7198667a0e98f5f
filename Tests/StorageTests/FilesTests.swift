import Encodings
import Foundation
import Glibc
import Storage
import TestFiles
import Testing

@Suite("files")
struct FilesTests {
    @Test("a committed file holds its bytes and leaves nothing else behind")
    func commit() throws {
        let directory = try TemporaryDirectory()
        try Files.writeAtomically(path: directory.file("a"), [1, 2, 3])
        try Files.writeAtomically(path: directory.file("a"), [4])
        let bytes = try Files.read(path: directory.file("a"), limit: 10)
        #expect(bytes == [4])
        let names = try Files.list(directory.path)
        #expect(names == ["a"])
    }

    @Test("a file that is not committed leaves nothing behind")
    func abandoned() throws {
        let directory = try TemporaryDirectory()
        do {
            var file = try AtomicFile(creating: directory.file("a"))
            try file.write([1, 2, 3])
        }
        let names = try Files.list(directory.path)
        #expect(names == [])
    }

    @Test("a library can write a file by its name, and it is not there before it is whole")
    func named() throws {
        let directory = try TemporaryDirectory()
        var file = try AtomicFile(creating: directory.file("a"))
        let name = try file.name()
        let again = try file.name()
        #expect(again == name)
        try Data([1, 2]).write(to: URL(filePath: name))
        let before = try Files.list(directory.path)
        #expect(before.map(directory.file) == [name])
        try file.commit()
        let bytes = try Files.read(path: directory.file("a"), limit: 10)
        #expect(bytes == [1, 2])
        let after = try Files.list(directory.path)
        #expect(after == ["a"])
    }

    @Test(
        "a writer that is killed leaves nothing behind where files need no name",
        .enabled(if: hasNamelessFiles))
    func killed() throws {
        let directory = try TemporaryDirectory()
        var file = try AtomicFile(creating: directory.file("a"))
        try file.write([1, 2, 3])
        let names = try Files.list(directory.path)
        #expect(names == [], "what a kill would leave now")
        try file.commitNew()
        let bytes = try Files.read(path: directory.file("a"), limit: 10)
        #expect(bytes == [1, 2, 3])
    }

    /// Whether open(2) knows `O_TMPFILE` where temporary files are.
    private static let hasNamelessFiles: Bool = {
        let directory = FileManager.default.temporaryDirectory.path
        let flags = 0o20_000_000 | O_DIRECTORY | O_WRONLY | O_CLOEXEC
        let descriptor = unsafe open(directory, flags, 0o600)
        return descriptor >= 0 && close(descriptor) == 0
    }()

    @Test("a new file never replaces another")
    func commitNew() throws {
        let directory = try TemporaryDirectory()
        try Files.writeAtomically(path: directory.file("a"), [1])
        let error = #expect(throws: SystemFailure.self) {
            var file = try AtomicFile(creating: directory.file("a"))
            try file.write([2])
            try file.commitNew()
        }
        #expect(error?.code == EEXIST)
        let bytes = try Files.read(path: directory.file("a"), limit: 10)
        #expect(bytes == [1])
        let names = try Files.list(directory.path)
        #expect(names == ["a"])
    }

    @Test("neither a directory nor a device is replaced")
    func replacing() throws {
        let directory = try TemporaryDirectory()
        let onDirectory = #expect(throws: SystemFailure.self) {
            try Files.writeAtomically(path: directory.path, [1])
        }
        #expect(onDirectory?.code == EISDIR)
        #expect(throws: SystemFailure.self) { try Files.writeAtomically(path: "/dev/null", [1]) }
        let kind = try Files.kind("/dev/null", followingLinks: false)
        #expect(kind == .other)
    }

    @Test("failures keep the error number, the path and the role")
    func failures() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("missing/a")
        let input = #expect(throws: SystemFailure.self) { try Files.read(path: path, limit: 1) }
        #expect(input == SystemFailure("open", path: path, code: ENOENT, role: .input))
        #expect(input?.description == "cannot open '\(path)': No such file or directory")
        let output = #expect(throws: SystemFailure.self) {
            try Files.writeAtomically(path: path, [])
        }
        #expect(output == SystemFailure("create", path: path, code: ENOENT, role: .output))
    }

    @Test("a file over the limit is refused")
    func limit() throws {
        let directory = try TemporaryDirectory()
        try Files.writeAtomically(path: directory.file("a"), [1, 2, 3])
        #expect(
            throws: MalformedInput("expected at most 2 bytes, found more", in: directory.file("a"))
        ) { try Files.read(path: directory.file("a"), limit: 2) }
    }

    @Test("writing to a full device and to a closed pipe fails with the system's number")
    func writeErrors() throws {
        let full = unsafe open("/dev/full", O_WRONLY)
        defer { close(full) }
        var sink = DescriptorSink(descriptor: full, name: "standard output")
        let onFull = #expect(throws: SystemFailure.self) { try sink.write([1]) }
        #expect(onFull?.code == ENOSPC)

        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        signal(SIGPIPE, SIG_IGN)
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        var closed = DescriptorSink(descriptor: descriptor, name: "standard output")
        let onPipe = #expect(throws: SystemFailure.self) { try closed.write([1]) }
        #expect(onPipe?.code == EPIPE)
    }

    @Test("names are listed in byte order")
    func listing() throws {
        let directory = try TemporaryDirectory()
        for name in ["b", "a", "B", "\u{E9}", "a.b"] {
            try Files.writeAtomically(path: directory.file(name), [])
        }
        let names = try Files.list(directory.path)
        #expect(names == ["B", "a", "a.b", "b", "\u{E9}"])
    }

    @Test("directories are made with those above them")
    func directories() throws {
        let directory = try TemporaryDirectory()
        try Files.makeDirectory(directory.file("a/b/c"))
        try Files.makeDirectory(directory.file("a/b/c"))
        #expect(Files.isDirectory(directory.file("a/b/c")))
        #expect(!Files.exists(directory.file("a/x")))
    }

    @Test(
        "the directory of a path",
        arguments: [
            ("a", "."), ("a/b", "a"), ("/a", "/"), ("/", "/"), ("a//b", "a"), ("a/b/", "a"),
        ])
    func parents(path: String, directory: String) {
        #expect(Files.directory(of: path) == directory)
    }

    @Test("a path is resolved through links, '.' and '..'")
    func resolving() throws {
        let directory = try TemporaryDirectory()
        try Files.makeDirectory(directory.file("a/b"))
        try FileManager.default.createSymbolicLink(
            atPath: directory.file("link"), withDestinationPath: "a")
        let resolved = try Files.resolve(directory.file("link/./b/../b/"))
        #expect(try resolved == Files.resolve(directory.path) + "/a/b")
        #expect(throws: SystemFailure.self) { try Files.resolve(directory.file("nowhere")) }
    }

    @Test("a lock excludes a second one until it ends")
    func locking() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file(".lock")
        do {
            let lock = try FileLock(locking: path, timeoutSeconds: 0)
            let busy = #expect(throws: Busy.self) {
                _ = try FileLock(locking: path, timeoutSeconds: 0)
            }
            #expect(busy?.path == path)
            _ = consume lock
        }
        _ = try FileLock(locking: path, timeoutSeconds: 0)
    }
}
