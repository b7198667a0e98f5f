import Encodings
import Identity
import Storage
import Testing
import TransparencyLog

@Suite("A log in a directory")
struct LogIntegrityTests {
    @Test("keeps what is appended, in order, each entry naming the one before")
    func chain() throws {
        let sample = try LogSample(entries: 5)
        let log = try sample.log.read()
        try log.verifySignatures()
        #expect(log.entries.map(\.sequence) == [0, 1, 2, 3, 4, 5])
        #expect(log.entries.dropFirst().map(\.body) == (0..<5).map { ["number": .integer($0)] })
        #expect(log.entries.dropFirst().map(\.previous) == log.entries.dropLast().map(\.digest))
        #expect(log.checkpoint.size == 6)
        #expect(log.tail.isEmpty)
    }

    @Test("has the same bytes for the same commands")
    func deterministic() throws {
        let (first, second) = (try LogSample(entries: 3), try LogSample(entries: 3))
        for name in [LogDirectory.entriesName, LogDirectory.checkpointName] {
            #expect(
                try first.bytes("\(first.path)/\(name)") == second.bytes("\(second.path)/\(name)"))
        }
    }

    @Test("shows every flipped byte of its entries, and names the entry")
    func flippedEntry() throws {
        let sample = try LogSample(entries: 2)
        let checkpoint = try sample.bytes(sample.log.checkpointPath)
        let entries = try sample.bytes(sample.log.entriesPath)
        let ends = entries.indices.filter { entries[$0] == 10 }
        for index in entries.indices {
            var flipped = entries
            flipped[index] ^= [0x01, 0x20, 0x80][index % 3]
            let fault = fault(checkpoint, flipped)
            let line = ends.firstIndex { index <= $0 } ?? 0
            #expect(
                fault?.subject?.contains("entry \(line)") == true,
                "byte \(index): \(fault?.description ?? "not noticed")")
        }
    }

    @Test("shows every flipped byte of its checkpoint")
    func flippedCheckpoint() throws {
        let sample = try LogSample(entries: 1)
        let checkpoint = try sample.bytes(sample.log.checkpointPath)
        let entries = try sample.bytes(sample.log.entriesPath)
        for index in checkpoint.indices {
            for mask: UInt8 in [0x01, 0x20, 0x80] {
                var flipped = checkpoint
                flipped[index] ^= mask
                #expect(fault(flipped, entries) != nil, "byte \(index) ^ \(mask)")
            }
        }
    }

    @Test("cut anywhere below its checkpoint is refused")
    func truncated() throws {
        let sample = try LogSample(entries: 2)
        let checkpoint = try sample.bytes(sample.log.checkpointPath)
        let entries = try sample.bytes(sample.log.entriesPath)
        for length in entries.indices {
            #expect(fault(checkpoint, Array(entries[..<length])) != nil, "\(length) bytes")
        }
    }

    @Test("with two entries exchanged, left out or doubled is refused")
    func rearranged() throws {
        let sample = try LogSample(entries: 3)
        let checkpoint = try sample.bytes(sample.log.checkpointPath)
        let lines = try sample.log.read().entries.map(\.line)
        for order in [[0, 2, 1, 3], [0, 1, 3], [0, 1, 1, 2], [1, 0, 2, 3]] {
            #expect(fault(checkpoint, order.flatMap { lines[$0] }) != nil, "\(order)")
        }
    }

    @Test("signed by somebody else is refused")
    func otherKeeper() throws {
        let sample = try LogSample(entries: 1)
        let log = try sample.log.read()
        let other = SigningKey(seed: Array(1...32))
        let forged = try log.checkpoint.note(signedWith: other)
        #expect(fault(forged, try sample.bytes(sample.log.entriesPath)) != nil)
    }

    private func fault(_ checkpoint: [UInt8], _ entries: [UInt8]) -> MalformedInput? {
        do throws(MalformedInput) {
            try LogSnapshot(checkpointFile: checkpoint, entriesFile: entries).verifySignatures()
            return nil
        } catch {
            return error
        }
    }
}
