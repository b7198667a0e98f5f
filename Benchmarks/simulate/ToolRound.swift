import Artifacts
import Corpus
import Encodings
import Identity
import Rounds
import Settlement
import Storage
import TransparencyLog

/// Rounds of a ledger that the tools themselves keep, with all signatures; one after the other, as an
/// operator, a verifier and a payer run them.
struct ToolRound {
    private let workshop: Workshop
    private var simulation: RunSimulation
    /// The measurements, in order.
    private(set) var measured: [(name: String, entries: Int, what: Measurement)] = []
    private var entries = 1

    private static let ledger = ["ledger", "--operator-key", "operator.json"]

    /// Two rounds of so many workers, without delays, so that the first can be paid at once.
    init(_ scenario: Scenario, directory: String, tools: String) throws {
        workshop = try Workshop(path: Files.join(directory, "tools"), tools: tools)
        simulation = try RunSimulation(
            scenario, Policy.ofTools, directory: directory)
        try simulation.admit(
            Participant.newcomers(scenario.workers, chance: simulation.chance), from: 1)
        try workshop.write("run.yaml", Array(Policy.ofTools.runFile(scenario).utf8))
        try workshop.write("operator.json", simulation.desk.keeper.solanaJSON)
        try workshop.write("verifier.json", simulation.verifiers[0].solanaJSON)
    }

    /// Runs and measures all tools.
    mutating func play() throws {
        try ledger(
            "init", ["--run", "run.yaml", "--verifier", "\(simulation.verifiers[0].publicKey)"])
        try workshop.write("joins", try joins())
        try ledger("append", ["joins"], as: "append joins", adding: 2 * simulation.active.count)
        let roster = try open(1)
        try shard("assign", ["--roster", "roster-1"], to: "assignments")
        let work = try contributions(roster)
        try workshop.write("contributions", lines(work.map(\.json)))
        try measure(
            "nous-ledger", ["submit", "ledger", "contributions"], as: "submit contributions")
        try ledger("seal", ["--quiet"], as: "seal contributions", adding: work.count)
        try judge(work)
        try ledger("settle", ["--round", "1"], adding: 1)
        _ = try open(2)
        try plan(roster)
        try pay()
        try measure("nous-ledger", ["audit", "ledger"])
        try repeatRound()
        try measure("nous-ledger", ["audit", "ledger"])
    }

    /// A second round by `append` alone, to see what grows with the ledger.
    private mutating func repeatRound() throws {
        let work = try contributions(Roster(json: JSON(parsing: workshop.bytes(of: "roster-2"))))
        try workshop.write("contributions", lines(work.map(\.json)))
        try ledger(
            "append", ["contributions"], as: "append contributions", adding: work.count)
        try judge(work)
        try ledger("settle", ["--round", "2"], adding: 1)
        _ = try open(3)
    }

    /// Draws the audits of the first round, and what the second makes up for.
    private mutating func plan(_ roster: Roster) throws {
        try measure("nous-ledger", ["log", "--json", "ledger"], to: "entries")
        try measure(
            "nous-verify",
            [
                "plan", "--quiet", "--run", "run.yaml", "--next-roster", "roster-2", "--round", "1",
                "entries",
            ], to: "plan")
        let done = roster.workers.dropLast(roster.workers.count / 100)
        try workshop.write("done", Array(done.map { "\($0.key)\n" }.joined().utf8))
        try shard(
            "roster", ["--previous", "roster-1", "--done", "done", "roster-2"], to: "amended")
        try measure(
            "nous-shard",
            [
                "committee", "--run", "run.yaml", "--roster", "roster-2", "--size", "3",
                "--subject", simulation.run.digest.hex,
            ])
    }

    /// Pays the first round.
    private mutating func pay() throws {
        try ledger("export", ["--number", "1", "-o", "list"], adding: 1)
        let payer = simulation.desk.keeper.publicKey.base58
        let mint = RunSimulation.key("mint").publicKey.base58
        let blockhash = simulation.verifiers[0].publicKey.base58
        try measure(
            "nous-ledger",
            [
                "solana", "payout", "--mint", mint, "--decimals", "6", "--payer", payer,
                "--blockhash", blockhash, "--create-accounts", "list",
            ], as: "solana payout", to: "unsigned")
        try measure(
            "nous-ledger", ["solana", "sign", "--key", "operator.json", "unsigned"],
            as: "solana sign", to: "signed")
        try measure("nous-ledger", ["solana", "tree", "list"], as: "solana tree", to: "tree")
        try ledger("pay", ["signed", "--number", "1"], adding: 1)
    }

    private mutating func open(_ round: Int) throws -> Roster {
        try ledger("open", ["--round", "\(round)"], to: "roster-\(round)", adding: 1)
        return try Roster(json: JSON(parsing: workshop.bytes(of: "roster-\(round)")))
    }

    private mutating func judge(_ work: [SealedContribution]) throws {
        let verifier = simulation.verifiers[0]
        let verdicts = try inParallel(work.count) { number in
            let claim = work[number].claim
            return Verdict(
                contribution: work[number].digest,
                claims: Verdict.Claims(
                    run: claim.run, round: claim.round, base: claim.base, worker: claim.worker,
                    tokens: claim.tokens, stateBefore: nil, stateAfter: work[number].digest),
                outcome: .accepted, reason: "simulated"
            ).signed(with: verifier)
        }
        try workshop.write("verdicts", lines(verdicts))
        try ledger("append", ["verdicts"], as: "append verdicts", adding: work.count)
    }

    /// The contributions of all workers of a roster.
    private func contributions(_ roster: Roster) throws -> [SealedContribution] {
        let slices = try simulation.rule.slices(roster)
        return try inParallel(slices.count) { [simulation] in
            try simulation.sealed(slices[$0], round: Int(roster.round))
        }
    }

    /// The entries with which all workers buy their stakes and join.
    private func joins() throws -> [UInt8] {
        let log = LogDirectory(Files.join(workshop.path, "ledger"))
        var places = try LogSnapshot(log).replay(signatures: .none) { _, _ in }.places
        var lines: [UInt8] = []
        for worker in simulation.participants {
            for (body, key) in simulation.joining(worker, from: 1) {
                let entry = try LogEntry(
                    body: body, in: places.next(of: key.publicKey), of: places.log,
                    signedWith: key)
                try places.append(entry)
                lines += entry.line
            }
        }
        return lines
    }

    private func lines(_ records: [JSON]) -> [UInt8] {
        records.flatMap { $0.canonicalBytes() + [UInt8(ascii: "\n")] }
    }

    private mutating func shard(_ name: String, _ arguments: [String], to output: String) throws {
        let rule = [
            "--run", "run.yaml", "--sequences", "\(simulation.scenario.sequenceCount)",
        ]
        try measure("nous-shard", [name] + rule + arguments, as: name, to: output)
    }

    /// A command that writes the ledger.
    private mutating func ledger(
        _ name: String, _ arguments: [String], as title: String? = nil,
        to output: String = "output", adding count: Int = 0
    ) throws {
        try measure(
            "nous-ledger", [name] + Self.ledger + arguments, as: title ?? name, to: output)
        entries += count
    }

    private mutating func measure(
        _ tool: String, _ arguments: [String], as title: String? = nil,
        to output: String = "output"
    ) throws {
        let what = try workshop.measure(tool, arguments, to: output)
        measured.append(("\(tool) \(title ?? arguments[0])", entries, what))
    }
}

extension Policy {
    /// The policy of the rounds that the tools play.
    static let ofTools = Policy(
        name: "tools", verification: "{replay: sampled, share_ppm: 200000, segments: 2}",
        verifiers: 1, rounds: 1, isDelayed: false)
}

extension Report {
    /// What each tool took.
    mutating func addTools(_ round: ToolRound) throws {
        var table = [["tool", "entries before", "s", "processor s", "peak MB", "printed"]]
        for (name, entries, what) in round.measured {
            table.append([
                name, "\(entries)", what.seconds.text(2), what.processor.text(2),
                what.peak.text(), "\(what.printed)",
            ])
            let conditions: [(String, JSON)] = [("entries", .integer(Int64(entries)))]
            add(name, what.seconds, "s", conditions)
            add("\(name), processor", what.processor, "s", conditions)
            add("\(name), peak memory", what.peak, "MB", conditions)
            add("\(name), printed", Double(what.printed), "B", conditions)
        }
        try print("The tools, once each, one round after the other", table)
    }
}
