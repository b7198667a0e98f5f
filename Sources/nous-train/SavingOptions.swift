import ArgumentParser
import Artifacts
import CommandLineTool
import Encodings
import RunFiles
import Storage
import Training

/// Where unfinished work is kept, when, and when to stop.
struct SavingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the worker's states are kept; a fresh state and no saving unless given.",
            valueName: "directory"))
    var state: String?

    @Option(
        help: ArgumentHelp(
            "Seconds between saves of the unfinished round; 0 saves after every step.",
            valueName: "s"))
    var saveEvery = 60

    @Flag(help: "Go on with a saved round, or fail with status 66 if none is saved.")
    var resume = false

    @Option(
        help: ArgumentHelp(
            "Save the round and exit with status 75 before this much time has passed.",
            valueName: "50m"))
    var deadline: TimeSpan?

    func validate() throws {
        guard (0...86_400).contains(saveEvery) else {
            throw ValidationError("--save-every must be from 0 to 86400")
        }
        guard state != nil || (!resume && deadline == nil) else {
            throw ValidationError("--resume and --deadline need --state")
        }
    }

    var store: StateStore? { state.map { StateStore($0) } }

    /// Goes on from the saved round of the same inputs, if there is one.
    ///
    /// A damaged one, or one of other inputs, is warned of and passed over, unless `--resume` insists on it.
    func restore(_ local: inout LocalRound, warn: (String) -> Void) throws {
        guard let store else { return }
        let path = store.snapshotPath(of: local.inputs.worker)
        guard Files.exists(path) else { return try expectNone(at: path, "no round is saved") }
        do {
            let isOurs = try local.resume { sinks in
                try Operand.readArtifact(path, expecting: .snapshot, sinks: sinks)
            }
            guard isOurs else {
                try expectNone(at: path, "it is a round of other inputs")
                return warn("starting the round over: '\(path)' is a round of other inputs")
            }
        } catch let malformed as MalformedInput {
            if resume { throw malformed }
            warn("starting the round over: \(malformed)")
        }
    }

    private func expectNone(at path: String, _ found: String) throws {
        guard resume else { return }
        throw Failure(
            .inputMissing, "cannot resume from '\(path)': \(found)",
            hint: "without --resume, the round starts from its beginning")
    }
}
