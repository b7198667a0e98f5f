import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Identity
import Rounds
import RunFiles
import Storage

/// Adds to a roster what its round takes over from the one before.
struct AmendRoster: Tool {
    static let configuration = CommandConfiguration(
        commandName: "roster",
        abstract: "Add lost shares and a beacon to the roster of a round.",
        discussion: """
            Prints the roster with the positions that workers of the round before did not \
            deliver, so that this round makes up for them first. The workers whose contributions \
            were merged are read from a file, a base58 key a line. A beacon is random bytes \
            published after the ledger's checkpoint; it is hashed into the seed.

            Example:
              jq -r 'select(.verdict == "accepted").worker' verdicts.ndjson > merged
              nous-ledger roster ledger --round 2 | nous-shard roster --run run.yaml \\
                --data data --previous roster.json --done merged > roster-2.json
            """)

    @OptionGroup var rule: RuleOptions

    @Option(help: "The roster of the round before, as it was amended.")
    var previous: String?

    @Option(help: "The file with the keys of those who delivered in the round before.")
    var done: String?

    @Option(help: "The bytes of a beacon in hexadecimal digits.")
    var beacon: String?

    @Argument(help: "The roster to amend; - is standard input.")
    var roster = "-"

    private static let maximumBytes = 1 << 26

    func validate() throws {
        try Operand.expectOneStream([roster, rule.runFile, previous, done])
        guard (previous == nil) == (done == nil) else {
            throw ValidationError("--previous and --done come together")
        }
    }

    func run() throws {
        let (rule, run) = try rule.read()
        var amended = try RosterOperand.within(roster) {
            try RosterOperand.read(roster, of: run)
        }
        if let beacon {
            guard let bytes = Hex.decode(beacon), (1...Roster.maximumBeacon).contains(bytes.count)
            else {
                throw Failure(
                    .usage,
                    "--beacon: expected 1 to \(Roster.maximumBeacon) bytes in hexadecimal digits")
            }
            amended.beacon = bytes
        }
        if let previous, let done {
            let keys = try keys(done)
            amended.takeover = try RosterOperand.within(previous) {
                let roster = try RosterOperand.read(previous, of: run)
                guard roster.round + 1 == amended.round else {
                    throw MalformedInput.field(
                        "round", expected: "\(amended.round - 1)", found: "\(roster.round)")
                }
                return try rule.takeover(after: roster, done: keys)
            }
        }
        // The round itself must be possible.
        _ = try RosterOperand.within(roster) { try rule.slices(amended) }
        try Operand.print(amended.json.orderedText)
    }

    private func keys(_ operand: String) throws -> Set<PublicKey> {
        let lines = try Operand.read(operand, limit: Self.maximumBytes).split(
            separator: UInt8(ascii: "\n"))
        return try Set(
            lines.enumerated().map { number, line in
                guard let key = PublicKey(base58: String(decoding: line, as: UTF8.self)) else {
                    throw MalformedInput(
                        "expected a base58 public key",
                        in: "\(Operand.name(operand)): line \(number + 1)")
                }
                return key
            })
    }
}
