import Dispatch
import Encodings
import Storage
import Testing
import TransparencyLog

@Suite("Writers at once")
struct LogConcurrencyTests {
    @Test("eight with fifty entries each: all are there, once, and the log is in order")
    func eightWriters() throws {
        let sample = try LogSample()
        let (log, key) = (sample.log, sample.key)
        DispatchQueue.concurrentPerform(iterations: 8) { writer in
            for batch in 0..<5 {
                let bodies: [JSON] = (0..<10).map { number in
                    ["id": .integer(Int64(writer * 50 + batch * 10 + number))]
                }
                do {
                    try LogWriter(locking: log, timeoutSeconds: 60)
                        .append(bodies: bodies, signedWith: key)
                } catch {
                    Issue.record(error)
                }
            }
        }
        let read = try log.read()
        let identities = read.entries.dropFirst().compactMap { $0.body["id"]?.integer }
        #expect(identities.sorted() == Array(0..<400))
        #expect(read.tail.isEmpty)
    }

    @Test("while one holds the lock, another gives up when its time is over")
    func busy() throws {
        let sample = try LogSample()
        do {
            let lock = try FileLock(locking: sample.log.lockPath, timeoutSeconds: 0)
            #expect(throws: Busy.self) {
                _ = try LogWriter(locking: sample.log, timeoutSeconds: 0)
            }
            withExtendedLifetime(lock) {}
        }
        try sample.append(1)
    }
}
