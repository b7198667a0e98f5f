import Encodings
import Foundation
import Identity
import Storage
import TransparencyLog

/// A fresh directory with a log in it, removed at the end of the test.
final class LogSample {
    let key = SigningKey(seed: Array(0..<32))
    let path: String
    var log: LogDirectory { LogDirectory(path) }

    /// A log with a first entry and `count` more.
    init(entries count: Int = 0) throws {
        path = NSTemporaryDirectory() + "nous-log-\(UUID().uuidString)"
        try log.create(with: ["type": "first"], signedWith: key, timeoutSeconds: 1)
        for number in 0..<count { try append(number) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func append(_ number: Int) throws {
        try LogWriter(locking: log, timeoutSeconds: 10)
            .append(bodies: [["number": .integer(Int64(number))]], signedWith: key)
    }

    func bytes(_ path: String) throws -> [UInt8] {
        try Files.read(path: path, limit: LogDirectory.maximumLength)
    }

    func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }
}

extension LogWriter {
    /// Appends an entry for each body.
    consuming func append(bodies: [JSON], signedWith key: SigningKey) throws {
        var entries = entries
        let count = entries.count
        for body in bodies {
            entries.append(try LogEntry(body: body, following: entries.last, signedWith: key))
        }
        try append(Array(entries[count...]), signedWith: key)
    }
}
