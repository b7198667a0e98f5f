import Dispatch
import Encodings
import Identity
import Storage
import Testing
import TransparencyLog

@Suite("Writers at once")
struct LogConcurrencyTests {
    @Test("eight with fifty entries each: all are there, once, and the log is in order")
    func eightWriters() throws {
        let sample = try LogSample()
        DispatchQueue.concurrentPerform(iterations: 8) { writer in
            for batch in 0..<5 {
                do {
                    let start = writer * 50 + batch * 10
                    try sample.append(start..<start + 10)
                } catch {
                    Issue.record(error)
                }
            }
        }
        let identities = try sample.entries().dropFirst().compactMap { $0.body["number"]?.integer }
        #expect(identities.sorted() == Array(0..<400))
        #expect(try sample.snapshot().checkFiles().unfinished == 0)
    }

    @Test("readers see whole logs while one is written")
    func readers() throws {
        let sample = try LogSample()
        DispatchQueue.concurrentPerform(iterations: 4) { task in
            do {
                for turn in 0..<10 {
                    if task == 0 {
                        try sample.append(turn * 60..<(turn + 1) * 60)
                    } else {
                        #expect(try (sample.entries().count - 1).isMultiple(of: 60))
                    }
                }
            } catch {
                Issue.record(error)
            }
        }
    }

    @Test("while one holds the lock, another gives up when its time is over")
    func busy() throws {
        let sample = try LogSample()
        do {
            let lock = try FileLock(locking: sample.log.lockPath, timeoutSeconds: 0)
            #expect(throws: Busy.self) {
                _ = try LogWriter(locking: sample.log, timeoutSeconds: 0, reading: { _ in }) {
                    _, _ in
                }
            }
            withExtendedLifetime(lock) {}
        }
        try sample.append(0..<1)
    }

    @Test("put the same record into an inbox once")
    func inbox() throws {
        let sample = try LogSample()
        let inbox = Inbox(of: sample.log)
        DispatchQueue.concurrentPerform(iterations: 16) { writer in
            do {
                for number in 0..<20 {
                    try inbox.put(Array("\(number)\n".utf8))
                    try inbox.put(Array("\(writer) \(number)\n".utf8))
                }
            } catch {
                Issue.record(error)
            }
        }
        let names = try inbox.names()
        #expect(names.count == 20 + 16 * 20)
        for name in names { #expect(try Digest(hashing: inbox.line(name)) == name) }
    }

    @Test("find a record in an inbox that is not what its name says")
    func alteredRecord() throws {
        let sample = try LogSample()
        let name = try Inbox(of: sample.log).put([1, 10])
        try sample.write([2, 10], to: "inbox/\(name)")
        let error = #expect(throws: MalformedInput.self) { try sample.snapshot().checkFiles() }
        #expect(error?.subject?.hasSuffix("inbox/\(name)") == true)
    }
}
