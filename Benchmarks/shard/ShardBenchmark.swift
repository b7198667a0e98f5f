import Corpus
import Foundation
import Storage
import Tokenization

/// Our side of `make bench-shard`: one pass over a text for each line on standard input.
///
///     bench-shard encode TOKENIZER TEXT THREADS
///     bench-shard train TEXT VOCABULARY-SIZE THREADS TOKENIZER-TO-WRITE
///
/// Prints one JSON object when ready and one after each pass; `compare.py` reads them.
@main
enum ShardBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 4 else { fatalError("usage: see ShardBenchmark.swift") }
        if arguments[0] == "train" {
            let trainer = TrainingPass(
                documents: try documents(arguments[1]), vocabularySize: number(arguments[2]),
                threads: number(arguments[3]))
            serve { trainer.run() }
            try Data(trainer.run().tokenizerJSON()).write(to: URL(filePath: arguments[4]))
        } else {
            let file = [UInt8](try Data(contentsOf: URL(filePath: arguments[1])))
            let pass = EncodingPass(
                tokenizer: try Tokenizer(parsing: file), documents: try documents(arguments[2]),
                threads: number(arguments[3]))
            serve { try? pass.run() }
        }
    }

    private static func number(_ text: String) -> Int {
        guard let number = Int(text) else { fatalError("'\(text)' is no number") }
        return number
    }

    /// Runs `pass` once for each line and prints how long it took.
    private static func serve(_ pass: () -> some Any) {
        report("{\"ready\":true}")
        while let line = readLine(), line == "step" {
            let start = ContinuousClock.now
            let result = pass()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let digest = (result as? [[UInt32]]).map {
                ",\"tokens\":\(count($0)),\"sha256\":\"\(hash($0))\""
            }
            report("{\"seconds\":\(seconds)\(digest ?? "")}")
        }
    }

    private static func count(_ tokens: [[UInt32]]) -> Int { tokens.reduce(0) { $0 + $1.count } }

    private static func hash(_ tokens: [[UInt32]]) -> String {
        var bytes: [UInt8] = []
        for token in tokens.joined() {
            for shift: UInt32 in [0, 8, 16, 24] {
                bytes.append(UInt8(truncatingIfNeeded: token >> shift))
            }
        }
        return Digest(hashing: bytes).hex
    }

    private static func report(_ line: String) {
        print(line)
        fflush(nil)
    }

    /// The text in documents of at least 20,000 bytes that end in a line feed, as in `peer.py`.
    private static func documents(_ path: String) throws -> [[UInt8]] {
        let text = [UInt8](try Data(contentsOf: URL(filePath: path)))
        var documents: [[UInt8]] = []
        var start = 0
        while start < text.count {
            let line = text[min(start + 20_000, text.count)...].firstIndex(of: 0x0A)
            let end = line.map { $0 + 1 } ?? text.count
            documents.append(Array(text[start..<end]))
            start = end
        }
        return documents
    }
}
