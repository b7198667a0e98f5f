import CommandLineTool
import Encodings
import Rounds
import TransparencyLog

/// What came of a simulation, without its ledger.
struct RunResult: Sendable {
    let scenario: Scenario
    let policy: Policy
    let run: RunConfiguration
    let tally: RunTally
    /// How many records of each kind there were.
    let counts: [String: Int]
    /// Entries of each kind in the log of the signed rounds, and their bytes.
    let logged: [String: (count: Int, bytes: Int)]
    /// Bytes of the workers' lines in a roster.
    let rosterBytes: Int
    /// The entries of the log that were read again, with all signatures.
    let auditedEntries: UInt64
    /// What all of it took.
    let seconds: Double

    /// Plays a run under a policy, and reads the log of its signed rounds again.
    static func play(
        _ scenario: Scenario, _ policy: Policy, directory: String
    ) throws -> RunResult {
        let start = ContinuousClock.now
        var simulation = try RunSimulation(scenario, policy, directory: directory)
        try simulation.play()
        let audited = try simulation.desk.auditLog()
        return RunResult(
            scenario: scenario, policy: policy, run: simulation.run, tally: simulation.tally,
            counts: simulation.desk.counts, logged: simulation.desk.logged,
            rosterBytes: simulation.rosterBytes, auditedEntries: audited,
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// Plays a scenario under all policies: the long one beside the others, one after the other.
    static func playAll(_ scenario: Scenario, directory: String) throws -> [RunResult] {
        let policies = Policy.all(scenario)
        let lanes = [policies.prefix(1), policies.dropFirst()]
        let played = Background(count: lanes.count) { lane in
            try lanes[lane].map { try play(scenario, $0, directory: directory) }
        }
        return try played.wait().flatMap { try $0.get() }
    }

    /// Checks what must hold whatever is drawn: nobody honest is punished, and lies are found as often as
    /// the terms say.
    func check() throws {
        guard tally.work.wronged == 0 else {
            throw Failure(
                .answerIsNo, "\(policy.name): \(tally.work.wronged) honest workers were punished")
        }
        for (name, tally) in strategies where tally[.lies] > 0 {
            let missed = abs(tally[.found] - tally[.expected])
            guard missed <= 5 * tally[.variance].squareRoot() + 1e-6 else {
                throw Failure(
                    .answerIsNo,
                    "\(policy.name), \(name): expected \(tally[.expected].text(1)) lies to be found,"
                        + " found \(tally[.found].text())")
            }
        }
    }

    /// All records.
    var records: Int { counts.values.reduce(0, +) }

    /// What a row is about.
    var conditions: [(String, JSON)] {
        [("policy", .string(policy.name)), ("rounds", .integer(Int64(policy.rounds)))]
    }

    /// The tallies of those who lie, by what they do, whatever their stakes.
    var strategies: [(name: String, tally: GroupTally)] {
        var found: [(name: String, tally: GroupTally)] = []
        for (group, tally) in zip(Group.all, tally.groups).dropFirst() {
            if let last = found.last, last.name == group.name {
                found[found.count - 1].tally = last.tally + tally
            } else {
                found.append((group.name, tally))
            }
        }
        return found
    }
}
