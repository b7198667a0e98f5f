import CommandLineTool
import Corpus
import Encodings
import Glibc
import Storage

/// Studies of whole runs: how well a method learns for the bytes it sends, and what attackers cost.
///
///     bench-study list convergence|attacks                    the names of the runs
///     bench-study run convergence|attacks NAME DATA SHUFFLED DIRECTORY
///     bench-study report convergence|attacks DIRECTORY        tables, plots and NDJSON
///
/// `run.sh` makes the text, starts the runs, several at a time, and prints the reports.
@main
enum StudyBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count >= 2, let study = studies[arguments[1]] else { usage() }
        switch (arguments[0], arguments.count) {
        case ("list", 2): for job in study.jobs { print(job.name) }
        case ("run", 6): try run(study, Array(arguments.dropFirst(2)))
        case ("report", 3): try study.report(StudyResults(directory: arguments[2]))
        default: usage()
        }
    }

    private static let studies: [String: any Study] = [
        "convergence": ConvergenceStudy(), "attacks": AttackStudy(),
    ]

    private static func usage() -> Never {
        fatalError("usage: bench-study list|run|report convergence|attacks ...")
    }

    private static func run(_ study: any Study, _ operands: [String]) throws {
        guard let job = study.jobs.first(where: { $0.name == operands[0] }) else { usage() }
        let shuffled = job.attack == .shuffledText ? try TokenizedCorpus.read(operands[2]) : nil
        var run = try StudyRun(job, corpus: TokenizedCorpus.read(operands[1]), shuffled: shuffled)
        let start = ContinuousClock.now
        var lines: [UInt8] = []
        try run.play { point in
            lines += point.json.orderedBytes() + [UInt8(ascii: "\n")]
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        try Files.writeAtomically(path: StudyResults.path(job.name, in: operands[3]), lines)
        let loss = Decimal.text(run.lastLoss, places: 4)
        print("\(job.name): loss \(loss), \(Decimal.text(seconds, places: 0)) s")
    }
}

/// A set of runs and what is said about them.
protocol Study: Sendable {
    /// All runs.
    var jobs: [StudyJob] { get }
    /// Prints a table and writes plots and records of all results.
    func report(_ results: StudyResults) throws
}
