package import ArgumentParser
package import CommandLineTool
import Glibc
package import LanguageModel
package import Numerics
import Training

/// How fast and in how much memory, never what: nothing here changes a bit of any product.
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

    @Option(
        help: ArgumentHelp(
            "Memory to stay within, such as 2GiB; what the machine has to spare unless given.",
            valueName: "size"))
    package var memory: ByteCount?

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
    package func arithmetic() throws -> Arithmetic {
        // Threads inherit what they are started under. The kernel never refuses to be nicer.
        if nice { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19) }
        let arithmetic = Arithmetic(
            threads: threads ?? AvailableProcessors.count,
            instructionSet: try ArithmeticOptions.instructionSet())
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

    /// The fastest plan for `demand` that fits into `--memory` or what the machine has to spare.
    ///
    /// Refuses what cannot fit; `demand` is told the bytes already in use.
    package func plan(_ demand: (_ resident: Int) -> MemoryDemand) throws -> MemoryPlan {
        let demand = demand(ProcessMemory.resident())
        let budget = memory?.bytes ?? ProcessMemory.available() ?? .max
        let least = max(demand.least(microBatch: microBatch).bytes, ProcessMemory.peak())
        guard let plan = demand.plan(within: budget, microBatch: microBatch), least <= budget
        else {
            // What the program itself takes differs a little from start to start.
            let enough = ByteCount.text(least + 1 << 20)
            throw Failure(
                .unavailable,
                "cannot train in \(ByteCount.text(budget)) of memory: it takes at least \(enough)",
                hint: memory == nil
                    ? nil : "give --memory \(enough.filter { $0 != " " }) or more")
        }
        return plan
    }

    /// Says what was planned, if `--memory` was given or somebody watches.
    package func report(_ plan: MemoryPlan, quiet: Bool) {
        guard isReported(quiet) else { return }
        Terminal.report("memory: \(plan.summary)")
        for item in plan.items {
            Terminal.report("memory: \(ByteCount.text(item.bytes)) for \(item.name)")
        }
    }

    /// Says what was really used at most, beside what was planned.
    package func reportPeak(_ plan: MemoryPlan, quiet: Bool) {
        guard isReported(quiet) else { return }
        Terminal.report(
            "memory: peak \(ByteCount.text(ProcessMemory.peak())), "
                + "planned \(ByteCount.text(plan.bytes))")
    }

    private func isReported(_ quiet: Bool) -> Bool {
        !quiet && (memory != nil || Terminal.isInteractive)
    }
}

extension MemoryPlan {
    /// The plan in words, one line.
    package var summary: String {
        let sequences = activations.microBatch
        let recomputed =
            recomputedLayers == 0
            ? "" : ", activations of \(recomputedLayers) of \(layerCount) layers computed twice"
        return "planned \(ByteCount.text(bytes)): "
            + "\(sequences) sequence\(sequences == 1 ? "" : "s") at a time\(recomputed)"
    }
}
