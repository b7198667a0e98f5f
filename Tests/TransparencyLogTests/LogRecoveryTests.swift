import Encodings
import Foundation
import Identity
import Storage
import Testing
import TransparencyLog

@Suite("After an append that did not finish")
struct LogRecoveryTests {
    /// Files come one after the other: those of an append, in the order of writing, before the
    /// checkpoint.
    @Test("the same append leads to the same log, wherever it stopped", arguments: [3, 253, 400])
    func everyFile(count: Int) throws {
        let sample = try LogSample(entries: 2)
        let before = try sample.files()
        try sample.append(2..<2 + count)
        let after = try sample.files()
        let written = after.keys.filter { before[$0] != after[$0] && $0 != "checkpoint" }.sorted()
        #expect(!written.isEmpty)
        for finished in 0...written.count {
            try FileManager.default.removeItem(atPath: sample.log.path)
            for (name, bytes) in before { try sample.write(bytes, to: name) }
            for name in written.prefix(finished) {
                try sample.write(try #require(after[name]), to: name)
            }
            try sample.write([1], to: "tile/entries/.nous-1-0.tmp")
            #expect(try sample.entries().count == 3, "readers see the old log")
            #expect(try sample.snapshot().checkFiles().unfinished == finished + 1)
            try sample.append(2..<2 + count)
            #expect(try sample.files() == after)
        }
    }

    @Test("another append leaves nothing of it")
    func otherAppend() throws {
        let (sample, other) = (try LogSample(entries: 2), try LogSample(entries: 2))
        let before = try sample.files()
        try sample.append(2..<300)
        for (name, bytes) in before { try sample.write(bytes, to: name) }
        try sample.append(7..<9)
        try other.append(7..<9)
        #expect(try sample.files() == other.files())
    }

    @Test("with nothing to append it is removed all the same")
    func nothing() throws {
        let sample = try LogSample(entries: 2)
        let before = try sample.files()
        try sample.write([1, 2, 3], to: "tile/entries/000.p/77")
        try sample.append(2..<2)
        #expect(try sample.files() == before)
    }

    @Test("an interrupted creation is finished, and another log is not touched")
    func creation() throws {
        let sample = try LogSample()
        let finished = try sample.files()
        try FileManager.default.removeItem(atPath: sample.log.checkpointPath)
        try sample.log.create(with: ["type": "first"], signedWith: sample.key, timeoutSeconds: 1)
        #expect(try sample.files() == finished)
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
