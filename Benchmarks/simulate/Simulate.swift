import ArgumentParser
import CommandLineTool
import Glibc

/// Simulates a run of many workers with the library's own code, and measures the tools at its size.
@main
struct Simulate: Tool {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Simulate a run of many workers, honest and not, and measure what it takes.",
        discussion: """
            Nobody trains; rosters, assignments, records, audits, settlements and payouts are those \
            of the library. All but times is the same for the same seed.
            """)

    @Option(help: "Workers that take part at a time.")
    var workers = 10_000

    @Option(help: "Rounds of the longest run; other policies are simulated for a tenth of them.")
    var rounds = 1_000

    @Option(help: "The seed of all that is drawn.")
    var seed: UInt64 = 1

    @Option(help: "The directory of the tools that are measured; without it none are.")
    var tools: String?

    @Argument(help: "The directory to work in.")
    var directory: String

    @Argument(help: "Where to write all figures as NDJSON.")
    var output: String

    func validate() throws {
        guard (16...65_536).contains(workers) else {
            throw ValidationError("--workers must be from 16 to 65536, the most of a ledger")
        }
        guard (10...100_000).contains(rounds) else {
            throw ValidationError("--rounds must be from 10 to 100000")
        }
    }

    func run() throws {
        let scenario = Scenario(workers: workers, rounds: rounds, seed: seed)
        var report = Report(scenario)
        try Operand.print(scenario.introduction)
        let results = try RunResult.playAll(scenario, directory: directory)
        for result in results {
            try Operand.print(
                "  \(result.policy.name): \(result.policy.rounds) rounds, \(result.records) records,"
                    + " \(result.auditedEntries) of them in a log read again with all signatures")
        }
        try report.addWork(results)
        try report.addDetection(results)
        try report.addGains(results)
        try report.addMoney(results)
        try report.addBytes(results[0])
        try report.addPayouts(results[0])
        try report.addSeconds(results)
        try report.addGrowth(Growth(scenario, directory: directory))
        if let tools {
            var round = try ToolRound(scenario, directory: directory, tools: tools)
            try round.play()
            try report.addTools(round)
        }
        try report.write(to: output)
        for result in results { try result.check() }
    }
}

extension Scenario {
    /// What is real and what is not.
    fileprivate var introduction: String {
        """
        \(workers) workers, \(rounds) rounds, seed \(seed)
        Real: rosters, assignments, the state of the ledger with every record applied to it, audit plans,
        settlements, slashes, instalments, exports, payouts. Nobody trains: what is false is decided beforehand.
        Signed: in rounds 1, 101, 201, ... every manifest, verdict and entry, all written to a log and checked.
        Trusted: in all other rounds contributions and first verdicts are values without text and signature; other
        entries have their text, and revisions the verifier's signature. Seeds there are hashes of the round's number.
        """
    }
}
