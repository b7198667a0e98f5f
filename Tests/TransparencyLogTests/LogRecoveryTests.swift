import Encodings
import Foundation
import Identity
import Storage
import Testing
import TransparencyLog

@Suite("After an append that did not finish")
struct LogRecoveryTests {
    /// The log before and after an append, and every state of the file of entries in between.
    struct Interrupted {
        let sample: LogSample
        let oldCheckpoint: [UInt8]
        let oldEntries: [UInt8]
        let newEntries: [UInt8]

        init() throws {
            sample = try LogSample(entries: 1)
            oldCheckpoint = try sample.bytes(sample.log.checkpointPath)
            oldEntries = try sample.bytes(sample.log.entriesPath)
            try sample.append(1)
            newEntries = try sample.bytes(sample.log.entriesPath)
        }

        func restore(entries: [UInt8]) throws {
            try sample.write(oldCheckpoint, to: sample.log.checkpointPath)
            try sample.write(entries, to: sample.log.entriesPath)
        }
    }

    @Test("the same append leads to the same log, wherever the write was torn")
    func everyPrefix() throws {
        let interrupted = try Interrupted()
        let sample = interrupted.sample
        let finished = try sample.log.read()
        let lengths = interrupted.oldEntries.count..<interrupted.newEntries.count
        for length in lengths where length % 9 == 0 || length + 1 >= lengths.upperBound {
            try interrupted.restore(entries: Array(interrupted.newEntries[..<length]))
            #expect(try sample.log.read().entries.count == 2, "readers see the old log")
            try sample.append(1)
            #expect(try sample.log.read().checkpoint == finished.checkpoint)
            #expect(try sample.bytes(sample.log.entriesPath) == interrupted.newEntries)
        }
    }

    @Test("a whole entry without its checkpoint is kept")
    func adopted() throws {
        let interrupted = try Interrupted()
        let sample = interrupted.sample
        let finished = try sample.log.read()
        try interrupted.restore(entries: interrupted.newEntries)
        let writer = try LogWriter(locking: sample.log, timeoutSeconds: 1)
        #expect(writer.tail.entries.map(\.sequence) == [2])
        try writer.append([], signedWith: sample.key)
        #expect(try sample.log.read().checkpoint == finished.checkpoint)
    }

    @Test("blocks that never reached the disk are cut")
    func zeros() throws {
        let interrupted = try Interrupted()
        let sample = interrupted.sample
        var torn = interrupted.newEntries
        for index in interrupted.oldEntries.count..<(torn.count - 20) { torn[index] = 0 }
        try interrupted.restore(entries: torn)
        try sample.append(1)
        #expect(try sample.bytes(sample.log.entriesPath) == interrupted.newEntries)
    }

    @Test("a whole line that is no valid entry is fatal and named")
    func invalidLine() throws {
        let interrupted = try Interrupted()
        let sample = interrupted.sample
        for index in interrupted.oldEntries.count..<(interrupted.newEntries.count - 1) {
            var altered = interrupted.newEntries
            altered[index] ^= 1
            guard altered[index] != 10 else { continue }
            try interrupted.restore(entries: altered)
            let error = #expect(throws: MalformedInput.self) {
                _ = try LogWriter(locking: sample.log, timeoutSeconds: 1)
            }
            #expect(error?.subject?.contains("entry 2") == true)
        }
    }

    @Test("an interrupted creation is finished, and another log is not touched")
    func creation() throws {
        let sample = try LogSample()
        let finished = try sample.bytes(sample.log.checkpointPath)
        try FileManager.default.removeItem(atPath: sample.log.checkpointPath)
        try sample.log.create(with: ["type": "first"], signedWith: sample.key, timeoutSeconds: 1)
        #expect(try sample.bytes(sample.log.checkpointPath) == finished)
        #expect(throws: OtherLogExists.self) {
            try sample.log.create(
                with: ["type": "other"], signedWith: sample.key, timeoutSeconds: 1)
        }
    }

    @Test("a log without its checkpoint is not taken for a new one")
    func lostCheckpoint() throws {
        let sample = try LogSample(entries: 1)
        try FileManager.default.removeItem(atPath: sample.log.checkpointPath)
        #expect(throws: MalformedInput.self) {
            try sample.log.create(
                with: ["type": "first"], signedWith: sample.key, timeoutSeconds: 1)
        }
    }
}
