import COpenBLAS
import Glibc
import Numerics

/// Compares exact matrix products with OpenBLAS on the shapes of small language models.
///
///     bench-gemm [--quick] [--repeats N] [--threads 1,2] [--instruction-set avx2] [--output FILE]
///
/// Prints a table; writes one JSON object per row to the output file.
@main struct BenchGemm {
    static func main() {
        let options = Options(Array(CommandLine.arguments.dropFirst()))
        let report = GemmReport(instructionSet: options.instructionSet, repeats: options.repeats)
        report.printHeader()
        var measurements: [GemmBenchmark.Measurement] = []
        for threads in options.threads {
            let arithmetic = Arithmetic(threads: threads, instructionSet: options.instructionSet)
            for shape in options.shapes {
                let measurement = GemmBenchmark(shape, arithmetic).run(repeats: options.repeats)
                report.printRow(measurement)
                measurements.append(measurement)
            }
        }
        for threads in options.threads {
            report.printSummary(measurements.filter { $0.threads == threads }, threads: threads)
        }
        if !report.write(measurements, to: options.output) {
            print("bench-gemm: error: cannot write '\(options.output)'")
            exit(73)
        }
    }
}

/// What the command line asks for.
struct Options {
    var shapes = GemmShape.all
    var repeats = 7
    var threads = [1, 2]
    var instructionSet = InstructionSet.best
    var output = "build/bench/gemm.ndjson"

    init(_ arguments: [String]) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            switch option {
            case "--quick": shapes = GemmShape.quick
            case "--repeats": repeats = max(1, rest.popFirst().flatMap { Int($0) } ?? repeats)
            case "--threads":
                threads = (rest.popFirst() ?? "").split(separator: ",").compactMap { Int($0) }
            case "--instruction-set":
                let name = rest.popFirst() ?? ""
                instructionSet = InstructionSet(rawValue: name) ?? instructionSet
            case "--output": output = rest.popFirst() ?? output
            default:
                print("bench-gemm: error: unknown option '\(option)'")
                exit(64)
            }
        }
        guard instructionSet.isAvailable, threads.allSatisfy({ $0 > 0 }) else {
            print("bench-gemm: error: this machine cannot run what was asked")
            exit(69)
        }
    }
}
