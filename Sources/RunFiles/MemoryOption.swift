package import ArgumentParser
package import CommandLineTool
package import LanguageModel
import Training

/// How much memory training may take; it changes no bit.
package struct MemoryOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Memory to stay within, such as 2GiB; what the machine has to spare unless given.",
            valueName: "size"))
    package var memory: ByteCount?

    /// The default.
    package init() {}
}

extension MemoryOption {
    /// The fastest plan for `demand` that fits into `--memory` or what the machine has to spare.
    ///
    /// Refuses what cannot fit; `demand` is told the bytes already in use.
    package func plan(
        microBatch: Int?, _ demand: (_ resident: Int) -> MemoryDemand
    ) throws -> MemoryPlan {
        let demand = demand(ProcessMemory.resident())
        let budget = memory?.bytes ?? ProcessMemory.available() ?? .max
        // What was freed since still counts against a limit that was given.
        let past = memory == nil ? 0 : ProcessMemory.peak()
        let least = max(demand.least(microBatch: microBatch).bytes, past)
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
