import Glibc
import LanguageModel
import Numerics
import Optimization
import TrainShapes

/// Our side of `make bench-train`: one training step for each line on standard input.
///
///     bench-train CONFIGURATION [threads] [micro-batch] [instruction set]
///     bench-train peak [threads]
///
/// Prints one JSON object when ready and one after each step; `compare.py` reads them.
@main
enum TrainBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst().map { $0 }
        func argument(_ index: Int) -> String? { index < arguments.count ? arguments[index] : nil }
        if argument(0) == "peak" {
            let threads = argument(1).flatMap(Int.init) ?? 2
            report("\(Arithmetic(threads: threads).measurePeak(seconds: 0.5))")
            return
        }
        guard let shape = argument(0).flatMap(TrainShape.init(named:)) else {
            fatalError("usage: bench-train nano|tiny|small|base [threads] [micro-batch] [set]")
        }
        let arithmetic = Arithmetic(
            threads: argument(1).flatMap(Int.init) ?? 2,
            instructionSet: argument(3).flatMap(InstructionSet.init) ?? .best)
        var trainer = try BenchmarkTrainer(
            shape, microBatch: argument(2).flatMap(Int.init), arithmetic)
        trainer.step()
        report(trainer.description)
        while readLine() != nil {
            let start = ContinuousClock.now
            let loss = trainer.step()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            report("{\"seconds\":\(seconds),\"loss\":\(loss),\"peak_bytes\":\(peakMemory())}")
        }
    }

    private static func report(_ line: String) {
        print(line)
        fflush(nil)
    }

    /// The most memory the process ever held, in bytes.
    private static func peakMemory() -> Int {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1_024
    }
}
