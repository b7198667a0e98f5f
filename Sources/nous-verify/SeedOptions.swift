import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Identity
import Rounds
import RunFiles
import Storage
import TransparencyLog

/// A seed that nobody knew before all contributions of a round were fixed.
struct SeedOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The roster of the next round, whose seed decides; - is standard input.",
            valueName: "file"))
    var nextRoster: String?

    @Option(
        help: ArgumentHelp(
            "A checkpoint of the ledger that covers the contributions: its digest decides.",
            valueName: "file"))
    var checkpoint: String?

    @Option(
        help: ArgumentHelp(
            "A public value that nobody could foresee, 64 hexadecimal digits.", valueName: "digest")
    )
    var seed: String?

    /// The operands that `-` may make standard input.
    var operands: [String?] { [nextRoster, checkpoint] }

    func validate() throws {
        guard [nextRoster, checkpoint, seed].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("give one of --next-roster, --checkpoint and --seed")
        }
    }

    /// The seed for contributions to a round of `run`.
    func seed(after round: Int, in run: RunConfiguration) throws -> Digest {
        if let seed { return try Parse.digest(seed, "--seed") }
        if let nextRoster {
            return try RosterFile.read(nextRoster, round: round + 1, run: run).effectiveSeed
        }
        let operand = checkpoint ?? ""
        let bytes = try Operand.read(operand, limit: LogCheckpoint.maximumLength)
        do throws(MalformedInput) {
            return try LogCheckpoint(parsing: SignedNote(parsing: bytes)).digest
        } catch {
            throw error.within(Operand.name(operand))
        }
    }
}
