import CommandLineTool
import Corpus
import Encodings
import Glibc
import Storage

/// Studies of whole runs: how well a method learns for the bytes it sends, and what attackers cost.
///
///     bench-study list convergence|attacks                    the names of the runs
///     bench-study run convergence|attacks NAME DATA SHUFFLED DIRECTORY
///     bench-study try convergence|attacks NAME SECTIONS DATA SHUFFLED
///     bench-study report convergence|attacks DIRECTORY        tables, plots and NDJSON
///     bench-study copies DATA SEED                            how alike copies and honest updates are
///
/// `try` overlays sections of a run file, as JSON, on those of the run and prints its last loss alone:
/// for the search of rates.
///
/// `run.sh` makes the text, starts the runs, several at a time, and prints the reports.
@main
enum StudyBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.count == 3, arguments[0] == "copies", let seed = Int(arguments[2]) {
            return try CopyStudy(corpus: TokenizedCorpus.read(arguments[1]), seed: seed).run()
        }
        guard arguments.count >= 2, let study = studies[arguments[1]] else { usage() }
        switch (arguments[0], arguments.count) {
        case ("list", 2): for job in study.jobs { print(job.name) }
        case ("run", 6): try run(study, Array(arguments.dropFirst(2)))
        case ("try", 6): try attempt(study, Array(arguments.dropFirst(2)))
        case ("report", 3): try study.report(StudyResults(directory: arguments[2]))
        default: usage()
        }
    }

    private static let studies: [String: any Study] = [
        "convergence": ConvergenceStudy(), "attacks": AttackStudy(),
    ]

    private static func usage() -> Never {
        fatalError(
            "usage: bench-study list|run|try|report convergence|attacks ..., or copies DATA SEED")
    }

    private static func run(_ study: any Study, _ operands: [String]) throws {
        let job = job(operands[0], of: study)
        let points = try play(job, data: operands[1], shuffled: operands[2], title: job.name)
        try Files.writeAtomically(
            path: StudyResults.path(job.name, in: operands[3]),
            points.flatMap { $0.json.orderedLine })
    }

    private static func attempt(_ study: any Study, _ operands: [String]) throws {
        var job = job(operands[0], of: study)
        job.sections.overlay(try JSON(parsing: Array(operands[1].utf8)))
        _ = try play(
            job, data: operands[2], shuffled: operands[3], title: "\(job.name) \(operands[1])")
    }

    private static func job(_ name: String, of study: any Study) -> StudyJob {
        guard let job = study.jobs.first(where: { $0.name == name }) else { usage() }
        return job
    }

    /// Plays a run and prints its last loss.
    private static func play(
        _ job: StudyJob, data: String, shuffled: String, title: String
    ) throws -> [StudyPoint] {
        var run = try StudyRun(
            job, corpus: TokenizedCorpus.read(data),
            shuffled: job.attack == .shuffledText ? TokenizedCorpus.read(shuffled) : nil)
        let start = ContinuousClock.now
        var points: [StudyPoint] = []
        try run.play { points.append($0) }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let loss = Decimal.text(run.lastLoss, places: 4)
        print("\(title): loss \(loss), \(Decimal.text(seconds, places: 0)) s")
        return points
    }
}

/// A set of runs and what is said about them.
protocol Study: Sendable {
    /// All runs.
    var jobs: [StudyJob] { get }
    /// Prints a table and writes plots and records of all results.
    func report(_ results: StudyResults) throws
}
