import Encodings
import Identity
import RunFiles
import Storage
import Testing

/// What of a file of metrics is kept when training goes on.
@Suite("A file of metrics") struct MetricsFileTests {
    static let run = Digest(hashing: [1])
    static let worker = SigningKey(seed: [UInt8](repeating: 1, count: 32)).publicKey

    static let start =
        "{\"type\":\"start\",\"run\":\"\(run.hex)\",\"worker\":\"\(worker.base58)\","
        + "\"round\":1,\"step\":0}\n"

    private static func step(_ round: Int, _ step: Int) -> String {
        "{\"type\":\"step\",\"round\":\(round),\"step\":\(step),\"loss\":1.5}\n"
    }

    /// The text that is kept when training goes on from a step of a round.
    private func kept(_ text: String, round: Int, step: Int) throws(MalformedInput) -> String {
        let length = try MetricsFile.length(
            of: Array(text.utf8), upTo: MetricsFile.Position(round: round, step: step),
            run: Self.run, worker: Self.worker)
        return String(decoding: Array(text.utf8)[..<length], as: UTF8.self)
    }

    @Test("keeps the lines up to the step it goes on from")
    func cuts() throws {
        let lines = [Self.start, Self.step(1, 1), Self.step(1, 2), Self.step(2, 1)]
        let all = lines.joined()
        #expect(try kept(all, round: 2, step: 1) == all)
        #expect(try kept(all, round: 2, step: 0) == lines[..<3].joined())
        #expect(try kept(all, round: 1, step: 1) == lines[..<2].joined())
        #expect(try kept(all, round: 1, step: 0) == Self.start)
        #expect(try kept("", round: 1, step: 0) == "")
    }

    @Test("loses a last line that was not written whole")
    func torn() throws {
        let whole = Self.start + Self.step(1, 1)
        for length in 1..<Self.step(1, 2).utf8.count {
            let torn = whole + Self.step(1, 2).prefix(length)
            #expect(try kept(torn, round: 1, step: 9) == whole)
        }
    }

    @Test("is refused when it is of another run or worker, or no metrics at all")
    func refuses() throws {
        let other = Self.start.replacing(Self.run.hex, with: Digest(hashing: [2]).hex)
        let texts = [
            other: "line 1: field 'run': expected", Self.step(1, 1): "line 1: field 'type'",
            "name: demo\n": "line 1: ", "no line feed": "expected metrics",
            Self.start + "{}\n": "line 2: expected a round and a step, found none",
        ]
        for (text, words) in texts {
            let error = try #require(throws: MalformedInput.self) {
                try self.kept(text, round: 1, step: 0)
            }
            #expect(error.description.hasPrefix(words), "\(error)")
        }
    }
}
