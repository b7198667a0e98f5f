package import ArgumentParser
import CommandLineTool
import ExternalProducts
import Glibc
import LanguageModel
package import Numerics
package import Rounds
import Training

/// How fast, never what: nothing here changes a bit of any product.
package struct ArithmeticOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Threads; all processors this process may use unless given.", valueName: "n"))
    package var threads: Int?

    @Flag(help: "Give way to every other process on this machine.")
    package var nice = false

    @Option(
        help: ArgumentHelp(
            "Sequences computed at a time; as many as are fast and fit unless given.",
            valueName: "n"))
    package var microBatch: Int?

    /// The defaults.
    package init() {}

    package func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads must be from 1 to 1024")
        }
        if let microBatch, !(1...65_536).contains(microBatch) {
            throw ValidationError("--micro-batch must be from 1 to 65536")
        }
    }

    /// The arithmetic of this machine, proven by its self-test; `NOUS_INSTRUCTION_SET` selects
    /// slower kernels of the same bits.
    ///
    /// Where nobody can repeat it bit for bit, products are OpenBLAS's.
    package func arithmetic(_ kind: ArithmeticClass = .exact) throws -> Arithmetic {
        // Threads inherit what they are started under. The kernel never refuses to be nicer.
        if nice { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19) }
        let threads = threads ?? AvailableProcessors.count
        let instructionSet = try ArithmeticOptions.instructionSet()
        guard kind.isReproducible else {
            do throws(OpenBLASProduct.Unavailable) {
                return Arithmetic(
                    threads: threads, instructionSet: instructionSet,
                    externalProduct: try OpenBLASProduct.product(threads: threads))
            } catch {
                throw Failure(.unavailable, "cannot load OpenBLAS: \(error.reason)")
            }
        }
        let arithmetic = Arithmetic(threads: threads, instructionSet: instructionSet)
        do {
            try ArithmeticSelfTest.run(arithmetic)
            try TrainingSelfTest.run(arithmetic)
        } catch {
            throw Failure(.unavailable, "cannot compute exactly on this machine: \(error)")
        }
        return arithmetic
    }

    private static func instructionSet() throws -> InstructionSet {
        guard let name = unsafe getenv("NOUS_INSTRUCTION_SET") else { return .best }
        let text = unsafe String(cString: name)
        guard let set = InstructionSet(rawValue: text) else {
            let known = InstructionSet.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure(
                .usage, "NOUS_INSTRUCTION_SET: expected one of \(known), found '\(text)'")
        }
        guard InstructionSet.available.contains(set) else {
            throw Failure(.unavailable, "this machine has no \(text) instructions")
        }
        return set
    }
}

extension ArithmeticOptions {
    /// Sequences computed at a time where no backward pass needs memory.
    package func evaluationBatch(sequenceLength: Int) -> Int {
        microBatch ?? max(1, MemoryDemand.microBatchTokens / sequenceLength)
    }
}
