import Aggregation
import Artifacts
import CommandLineTool
import Encodings
import Glibc
import LanguageModel
import Numerics
import Rounds
import RunFiles
import Storage
import Synchronization
import TrainShapes

/// Our side of `make bench-merge`.
///
///     bench-merge make RUN SHAPE RULE COUNT DIRECTORY     writes a run, a base and contributions
///     bench-merge decode DIRECTORY COUNT THREADS          reads and decodes as many contributions
///     bench-merge check RUN SHAPE                         checks contributions of several codecs
///
/// `compare.py` runs the first two, and `nous-merge` between them.
@main
enum MergeBenchmark {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("make", 6):
            guard let shape = TrainShape(named: arguments[2]), let count = Int(arguments[4]) else {
                return usage()
            }
            let rule = try JSON(parsing: Array(arguments[3].utf8))
            try MergeInputs(run: arguments[1], shape: shape, rule: rule)
                .write(contributions: count, to: arguments[5])
        case ("decode", 4):
            guard let count = Int(arguments[2]), let threads = Int(arguments[3]) else {
                return usage()
            }
            try decode(arguments[1], count: count, threads: threads)
        case ("check", 3):
            guard let shape = TrainShape(named: arguments[2]) else { return usage() }
            for codec in CheckedCodec.all {
                print(try CheckMeasurement(run: arguments[1], shape: shape, codec).line)
            }
        default: usage()
        }
    }

    private static func usage() {
        fatalError(
            """
            usage: bench-merge make RUN SHAPE RULE COUNT DIRECTORY
                   bench-merge decode DIRECTORY COUNT THREADS
                   bench-merge check RUN SHAPE
            """)
    }

    /// What every merge has to do, and nothing else.
    private static func decode(_ directory: String, count: Int, threads: Int) throws {
        let run = try RunFile.read("\(directory)/run.yaml")
        let layout = ParameterLayout(run.model)
        let sent = Mutex(0)
        let failure = Mutex<(any Error)?>(nil)
        Arithmetic(threads: threads).parallelFor(count) { number in
            do {
                let artifact = try Operand.readArtifact(
                    MergeInputs.file(directory, number), expecting: .contribution,
                    limits: ContributionFile.limits(layout))
                let update = CompressedUpdate(
                    try Contribution(artifact, layout: layout, codec: run.codec.codec),
                    layout: layout, codec: run.codec.codec)
                let elements = update.decoded.tensors.reduce(0) { $0 + $1.values.count }
                sent.withLock { $0 += elements }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        print(sent.withLock { $0 })
    }
}
