import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Rounds
import RunFiles
import Storage

/// Finds sequences by what is in them, and says when a run trains on them.
struct Find: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Find the sequences with a text or document, and when they are trained on.",
        discussion: """
            Prints one JSON record for each place: the split and the first and last sequence. \
            With a run file each sequence to train on comes with its position in the first \
            epochs, and the round that has it unless shares were lost before. No match is \
            status 1.

            Example:
              nous-shard find data "In the beginning"
              nous-shard find data --run run.yaml \\
                --document $(sha256sum < text/Genesis-01.txt | cut -c-64)
            """)

    @Option(help: "The SHA-256 digest of a whole document, in place of a text.")
    var document: String?

    @Option(
        name: .customLong("run"),
        help: ArgumentHelp("The run file; - is standard input.", valueName: "run.yaml"))
    var runFile: String?

    @Option(help: "How many epochs to tell positions of, with --run.")
    var epochs = 1

    @Argument(help: "The directory of the corpus.")
    var directory: String

    @Argument(help: "The text, byte for byte.")
    var text: String?

    func validate() throws {
        guard (text == nil) != (document == nil) else {
            throw ValidationError("give a text or --document")
        }
        guard text?.isEmpty != true else { throw ValidationError("the text is empty") }
        guard (1...1000).contains(epochs) else {
            throw ValidationError("--epochs must be from 1 to 1000")
        }
    }

    func run() throws {
        let reader = try CorpusReader(directory: directory)
        let order = try runFile.map { try Order(RunFile.read($0), reader, at: directory) }
        let search = SequenceSearch(reader)
        var found = 0
        let show = { (match: SequenceSearch.Match) in
            found += 1
            try Operand.print(record(match, order).orderedText)
        }
        if let document {
            try search.find(document: Parse.digest(document, "--document"), show)
        } else {
            try search.find(text: Array((text ?? "").utf8), show)
        }
        guard found > 0 else { throw Failure(.answerIsNo, "\(directory): found nowhere") }
    }

    private func record(_ match: SequenceSearch.Match, _ order: Order?) -> JSON {
        var members = [
            JSONMember(key: "type", value: "found"),
            JSONMember(key: "split", value: .string(match.split.rawValue)),
            JSONMember(key: "first", value: .integer(Int64(match.sequences.lowerBound))),
            JSONMember(key: "last", value: .integer(Int64(match.sequences.upperBound))),
        ]
        if let order, match.split == .train {
            let trained = match.sequences.flatMap { order.records(of: $0, epochs: epochs) }
            members.append(JSONMember(key: "trained", value: .array(trained)))
        }
        return .object(members)
    }

    /// When a run trains on sequences.
    private struct Order {
        let order: TrainingOrder
        let sequencesPerRound: UInt64

        init(_ run: RunConfiguration, _ reader: CorpusReader, at directory: String) throws {
            let listed = reader.file.summary.train
            guard listed.root == run.data.root else {
                throw MalformedInput.field(
                    "data root", expected: run.data.root.hex, found: listed.root.hex
                ).within(directory)
            }
            order = TrainingOrder(
                dataRoot: listed.root, sequenceCount: UInt64(listed.rows), seed: run.seed)
            sequencesPerRound = UInt64(run.round.batches) * UInt64(run.round.batch)
        }

        func records(of sequence: Int, epochs: Int) -> [JSON] {
            (0..<UInt64(epochs)).map { epoch in
                let position = order.position(of: UInt64(sequence), inEpoch: epoch)
                return [
                    "sequence": .integer(Int64(sequence)), "epoch": .integer(Int64(epoch)),
                    "position": .integer(Int64(position)),
                    "round": .integer(Int64(position / sequencesPerRound) + 1),
                ]
            }
        }
    }
}
