import Encodings
import Glibc

extension Report {
    /// What the library took for each part, and all of it together.
    mutating func addSeconds(_ results: [RunResult]) throws {
        let parts = Set(results.flatMap { $0.tally.seconds.keys }).sorted()
        var table = [["part, ms of processor a round"] + results.map(\.policy.name)]
        for part in parts {
            table.append(
                [part]
                    + results.map { result in
                        let seconds = result.tally.seconds[part] ?? 0
                        return (1_000 * seconds / Double(result.policy.rounds)).text(1)
                    })
            for result in results {
                add(
                    "time of \(part)",
                    (result.tally.seconds[part] ?? 0) / Double(result.policy.rounds), "s/round",
                    result.conditions)
            }
        }
        table.append(
            ["seconds in all, two runs beside each other"] + results.map { $0.seconds.text(1) })
        try print("Processor time of the library's parts, on one thread", table)
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let peak = Double(usage.ru_maxrss) * 1_024 / 1e6
        add("peak memory of the simulation", peak, "MB")
        for result in results { add("simulated in", result.seconds, "s", result.conditions) }
        try print("Peak memory of the simulation", [["", "\(peak.text()) MB"]])
    }
}
