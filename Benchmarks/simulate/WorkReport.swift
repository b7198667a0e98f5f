import Encodings

extension Report {
    /// What training and checking cost under each policy.
    mutating func addWork(_ results: [RunResult]) throws {
        var table = [
            [
                "policy", "rounds", "records", "training worker-s", "checking worker-s", "share",
                "by the terms", "states shown", "missed",
            ]
        ]
        for result in results {
            let work = result.tally.work
            let share = work.checkingSeconds / work.trainingSeconds
            let terms = work.expectedReplayed / Double(work.steps)
            table.append([
                result.policy.name, "\(result.policy.rounds)", "\(result.records)",
                work.trainingSeconds.text(), work.checkingSeconds.text(), share.percent(2),
                terms.percent(2), "\(work.shownStates)",
                (Double(work.missed) / Double(work.delivered + work.missed)).percent(2),
            ])
            let conditions = result.conditions
            add("records", Double(result.records), "1", conditions)
            add("training", work.trainingSeconds, "worker-s", conditions)
            add("checking", work.checkingSeconds, "worker-s", conditions)
            add("checking over training", share, "1", conditions)
            let replayed = Double(work.replayed) / Double(work.steps)
            add("replayed steps over claimed", replayed, "1", conditions)
            add("the same by the terms", terms, "1", conditions)
            add("states shown to a verifier", Double(work.shownStates), "1", conditions)
            add("shares that were missed", Double(work.missed), "1", conditions)
            add("most ranges of lost positions", Double(work.lostRanges), "1", conditions)
            add("honest work that was punished", Double(work.wronged), "1", conditions)
            add("keys that took part", Double(work.participants), "1", conditions)
            add("that came back under another key", Double(work.returned), "1", conditions)
        }
        try print(
            "Training and checking, in seconds of the declared speeds (all verifiers together)",
            table)
    }

    /// How many lies were found, beside what the terms say.
    mutating func addDetection(_ results: [RunResult]) throws {
        var table = [["policy, strategy", "lies", "found", "95 % interval", "by the terms", "z"]]
        for result in results {
            for (name, tally) in result.strategies {
                let (lies, found) = (tally[.lies], tally[.found])
                guard lies > 0 else { continue }
                let interval = Interval(found: found, of: lies)
                let deviation = max(tally[.variance].squareRoot(), 1e-9)
                let z = tally[.variance] > 1e-9 ? (found - tally[.expected]) / deviation : 0
                table.append([
                    "\(result.policy.name), \(name)", lies.text(), (found / lies).percent(2),
                    "\(interval.low.percent(2)) - \(interval.high.percent(2))",
                    (tally[.expected] / lies).percent(2), z.text(2),
                ])
                let conditions = result.conditions + [("strategy", .string(name))]
                add("lies", lies, "1", conditions)
                add("lies found", found, "1", conditions)
                add("lies found by the terms", tally[.expected], "1", conditions)
                add("deviation from the terms", z, "sigma", conditions)
                add("lies punished", tally[.slashes], "1", conditions)
            }
        }
        try print("Detection: how many false contributions the audits found", table)
    }
}

/// Where a probability lies of which some attempts succeeded: Wilson's interval of 95 %.
struct Interval {
    /// Its ends.
    let low, high: Double

    /// The interval after `found` of `count` attempts.
    init(found: Double, of count: Double) {
        let z = 1.96
        let (share, square) = (found / count, z * z)
        let middle = (share + square / (2 * count)) / (1 + square / count)
        let half =
            z / (1 + square / count)
            * (share * (1 - share) / count + square / (4 * count * count)).squareRoot()
        (low, high) = (max(0, middle - half), min(1, middle + half))
    }
}
