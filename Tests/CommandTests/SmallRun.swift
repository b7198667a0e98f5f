import Foundation
import TestFiles
import Testing

/// One whole round of a tiny run, made by the commands once a process; tests get copies of it.
///
/// A copy holds `text`, `tokenizer.json`, `data`, `run.yaml`, keys (`anna.json`, …), the ledger
/// `L`, `roster.json`, `assignments`, `base` (a checkpoint), `anna.contribution` and
/// `boris.contribution`, `verdicts`, `next` (the merged checkpoint), worker `states`,
/// `roster-2` and `assignments-2` (of the round after), and `kept` (the ledger's checkpoint).
enum SmallRun {
    /// The public inputs of the round, as `nous-train run` takes them.
    static let inputs = "--run run.yaml --base base --data data --assignments assignments"

    /// What trains anna's share, but for the output.
    static let train = "nous-train run \(inputs) --key anna.json"

    /// What judges contributions, but for those.
    static let verify =
        "nous-verify --run run.yaml --base base --data data --roster roster.json "
        + "--key verifier.json"

    /// What merges contributions, but for those.
    static let merge =
        "nous-merge --run run.yaml --base base --verdicts verdicts "
        + "--verifier $(nous-ledger keygen --public verifier.json)"

    /// What appends records to the ledger, but for those.
    static let append = "nous-ledger append L --operator-key operator.json"

    /// The file of the ledger with its newest entries.
    static let entries = "$(ls -dv L/tile/entries/000.p/* | tail -1)"

    /// Plays a transcript beside the files of the round.
    static func play(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let transcript = try copy()
        defer { transcript.remove() }
        try transcript.play(
            text.replacing("TRAIN", with: train).replacing("VERIFY", with: verify)
                .replacing("MERGE", with: merge).replacing("APPEND", with: append),
            sourceLocation: sourceLocation)
    }

    /// A directory with the files of the round.
    static func copy() throws -> CommandTranscript { try copy(made.get()) }

    /// A directory with a round of 900 batches, anna's contribution `whole` and its state in
    /// `whole-states`.
    static func longCopy() throws -> CommandTranscript { try copy(longMade.get()) }

    /// The same of a run of another class of arithmetic.
    static func longCopy(arithmetic name: String) throws -> CommandTranscript {
        let transcript = try longCopy()
        let printed = try transcript.run(
            "set -e; sed -i 's/class: exact/class: \(name)/' run.yaml; \(longTraining)")
        try #require(printed.isEmpty)
        return transcript
    }

    /// Makes the round's inputs anew after a change of `run.yaml`.
    static let anew = """
        run=$(sha256sum run.yaml | cut -c-64)
        sed -i "s/\\"run\\":\\"[0-9a-f]*\\"/\\"run\\":\\"$run\\"/" roster.json
        nous-shard assign --run run.yaml --data data --roster roster.json > assignments
        rm -rf states base; nous-train init --run run.yaml --tokenizer tokenizer.json -o base
        """

    private static func copy(_ source: CommandTranscript) throws -> CommandTranscript {
        let transcript = try CommandTranscript()
        let copied = try transcript.run("cp -rp \(source.directory.path)/. .")
        try #require(copied.isEmpty)
        return transcript
    }

    private static let made: Result<CommandTranscript, any Error> = Result {
        let transcript = try CommandTranscript()
        try Data(VectorFile.bytes("run/small.yaml"))
            .write(to: transcript.directory.appending(path: "template"))
        let printed = try transcript.run("set -e; \(script)")
        try #require(printed.isEmpty)
        atexit { try? SmallRun.made.get().remove() }
        return transcript
    }

    private static let longMade: Result<CommandTranscript, any Error> = Result {
        let transcript = try copy()
        let printed = try transcript.run("set -e; \(longScript)")
        try #require(printed.isEmpty)
        atexit { try? SmallRun.longMade.get().remove() }
        return transcript
    }

    private static let longScript = """
        sed -i 's/batches: 12, batch: 4/batches: 900, batch: 2/' run.yaml
        \(longTraining)
        """

    private static let longTraining = """
        \(anew); rm -rf whole whole-states
        \(train) --state whole-states -o whole
        """

    private static let script = """
        mkdir text; for i in $(seq 40); do seq -s ' ' $i $((3 * i)) > text/$i; done
        nous-shard tokenizer --vocabulary-size 300 -o tokenizer.json text
        nous-shard pack -t tokenizer.json --sequence-length 16 --held-out 10% -o data text
        tokenizer=$(sha256sum tokenizer.json | cut -c-64)
        root=$(nous-shard inspect data | awk '/^train root/ { print $3 }')
        held_out=$(nous-shard inspect data | awk '/^held-out root/ { print $3 }')
        sed "s/^tokenizer: 0*/tokenizer: $tokenizer/; s/root: 0*/root: $root/
          s/held_out: 0*/held_out: $held_out/" template > run.yaml
        for name in operator verifier anna boris; do
          nous-ledger keygen -q --seed-from $name -o $name.json > /dev/null; done
        nous-ledger init L --run run.yaml --operator-key operator.json \\
          --verifier $(nous-ledger keygen --public verifier.json) \\
          --grant $(nous-ledger keygen --public anna.json)=100 \\
          --grant $(nous-ledger keygen --public boris.json)=100
        nous-ledger join L --operator-key operator.json --key anna.json --stake 100 --throughput 2
        nous-ledger join L --operator-key operator.json --key boris.json --stake 100
        nous-ledger open L --operator-key operator.json --round 1 > roster.json
        nous-shard assign --run run.yaml --data data --roster roster.json > assignments
        nous-train init --run run.yaml --tokenizer tokenizer.json -o base
        for name in anna boris; do
          nous-train run \(inputs) --key $name.json --state states -o $name.contribution; done
        \(verify) *.contribution > verdicts
        \(merge) *.contribution -o next
        sed 's/"round":1/"round":2/' roster.json > roster-2
        nous-shard assign --run run.yaml --data data --roster roster-2 > assignments-2
        cp L/checkpoint kept
        rm template
        """
}
