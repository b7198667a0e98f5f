import Foundation
import Testing

/// `make test-dishonest` prints the same as a table.
@Suite("The corpus of contributions")
struct DishonestCorpusTests {
    @Test("is judged as it deserves: every lie is refused, no honest work is")
    func judged() throws {
        let transcript = try CommandTranscript()
        defer { transcript.remove() }
        let script = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "DishonestWorker/run.sh").path
        try transcript.play(
            """
              $ QUIET=1 \(script) "$(dirname "$(command -v nous-verify)")" corpus
              217 dishonest refused, 114 honest accepted, 0 different
            """)
    }
}
