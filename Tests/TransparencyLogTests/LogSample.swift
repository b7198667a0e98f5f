import Encodings
import Foundation
import Identity
import Storage
import TestFiles
import TransparencyLog

/// A fresh directory with a log in it, removed at the end of the test.
struct LogSample: Sendable {
    let key = SigningKey(seed: Array(0..<32))
    let directory: TemporaryDirectory
    var log: LogDirectory { LogDirectory(directory.file("log")) }

    /// A log with a first entry and `count` more.
    init(entries count: Int = 0) throws {
        directory = try TemporaryDirectory()
        try log.create(with: ["type": "first"], signedWith: key, timeoutSeconds: 1)
        if count > 0 { try append(0..<count) }
    }

    /// Adds an entry for each number.
    func append(_ numbers: Range<Int>) throws {
        try LogWriter(locking: log, timeoutSeconds: 60, reading: { _ in }) { _, _ in }
            .append(bodies: numbers.map { ["number": .integer(Int64($0))] }, signedWith: key)
    }

    func snapshot() throws -> LogSnapshot { try LogSnapshot(log) }

    /// All entries, with everything about them checked.
    func entries() throws -> [LogEntry] {
        var entries: [LogEntry] = []
        try snapshot().replay { _, entry in entries.append(entry) }
        return entries
    }

    /// The files of the log by their paths in it, with their bytes.
    func files() throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for path in FileManager.default.subpaths(atPath: log.path) ?? []
        where !Files.isDirectory(log.file(path)) {
            files[path] = try bytes(path)
        }
        return files
    }

    func bytes(_ name: String) throws -> [UInt8] {
        try Files.read(path: log.file(name), limit: 1 << 24)
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let path = log.file(name)
        try Files.makeDirectory(Files.directory(of: path))
        try Data(bytes).write(to: URL(filePath: path))
    }
}

extension LogWriter {
    /// Appends an entry of the operator for each body.
    consuming func append(bodies: [JSON], signedWith key: SigningKey) throws {
        var (places, entries) = (history.places, [LogEntry]())
        for body in bodies {
            let entry = try LogEntry(
                body: body, in: places.next(of: key.publicKey), of: places.log, signedWith: key)
            try places.append(entry)
            entries.append(entry)
        }
        try append(entries, signedWith: key)
    }
}
