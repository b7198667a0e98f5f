import Encodings
import Foundation
import Identity
import Storage
import Testing
import TransparencyLog

@Suite("A log in a directory")
struct LogIntegrityTests {
    @Test("keeps what is appended, in order, each entry naming its author's one before")
    func chain() throws {
        let sample = try LogSample(entries: 5)
        let entries = try sample.entries()
        #expect(entries.map(\.sequence) == [0, 1, 2, 3, 4, 5])
        #expect(entries.dropFirst().map(\.body) == (0..<5).map { ["number": .integer($0)] })
        #expect(entries.dropFirst().map(\.previous) == entries.dropLast().map(\.digest))
        #expect(Set(entries.dropFirst().map(\.log)) == [entries[0].digest])
        #expect(try sample.snapshot().checkpoint.size == 6)
        #expect(try sample.snapshot().checkFiles() == (unfinished: 0, waiting: 0))
    }

    @Test("has the same bytes for the same commands")
    func deterministic() throws {
        let (first, second) = (try LogSample(entries: 300), try LogSample(entries: 300))
        #expect(try first.files() == second.files())
    }

    @Test("has the same entries and head however they are batched, and drops replaced tiles")
    func batches() throws {
        let (once, often) = (try LogSample(entries: 600), try LogSample())
        for start in stride(from: 0, to: 600, by: 75) { try often.append(start..<start + 75) }
        #expect(try once.entries() == often.entries())
        #expect(try once.bytes("checkpoint") == often.bytes("checkpoint"))
        #expect(
            try often.files().keys.sorted() == [
                "checkpoint", "lock", "tile/0/000", "tile/0/001", "tile/0/002.p/14",
                "tile/0/002.p/89", "tile/1/000.p/1", "tile/1/000.p/2", "tile/entries/000",
                "tile/entries/001", "tile/entries/002.p/14", "tile/entries/002.p/89",
            ])
        #expect(try often.snapshot().checkFiles().unfinished == 0)
    }

    @Test("is read as an older checkpoint states it after it grew")
    func grown() throws {
        let sample = try LogSample(entries: 200)
        let old = try sample.snapshot()
        try sample.append(200..<900)
        var count = 0
        try old.replay { _, _ in count += 1 }
        #expect(count == 201)
        try sample.snapshot().check(continues: old.note)
    }

    @Test("signed by somebody else is refused")
    func otherKeeper() throws {
        let sample = try LogSample(entries: 1)
        let other = SigningKey(seed: Array(1...32))
        let forged = try sample.snapshot().checkpoint.note(signedWith: other)
        try sample.write(forged.bytes, to: "checkpoint")
        #expect(throws: MalformedInput.self) { try sample.snapshot() }
    }

    @Test("whose hashes were made anew over an altered entry is refused")
    func rehashed() throws {
        let (sample, other) = (try LogSample(entries: 3), try LogSample())
        try other.append(7..<10)
        for name in ["tile/entries/000.p/4", "tile/0/000.p/4"] {
            try sample.write(try other.bytes(name), to: name)
        }
        let error = #expect(throws: MalformedInput.self) { try sample.entries() }
        #expect(error?.subject?.contains("checkpoint") == true)
    }

    @Test("names a file that no log has")
    func strangeFile() throws {
        let sample = try LogSample(entries: 1)
        try sample.write([1], to: "tile/0/notes.txt")
        let error = #expect(throws: MalformedInput.self) { try sample.snapshot().checkFiles() }
        #expect(error?.subject?.hasSuffix("tile/0/notes.txt") == true)
    }

    @Test("is refused by who kept a checkpoint of more, or of others")
    func rollback() throws {
        let (long, short, other) = (
            try LogSample(entries: 9), try LogSample(entries: 5), try LogSample()
        )
        try other.append(5..<14)
        let kept = try short.snapshot().note
        try long.snapshot().check(continues: kept)
        #expect(throws: MalformedInput.self) {
            try short.snapshot().check(continues: long.snapshot().note)
        }
        #expect(throws: MalformedInput.self) { try other.snapshot().check(continues: kept) }
    }
}
