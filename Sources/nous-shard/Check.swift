import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Storage

/// Checks a corpus, or proofs of sequences.
struct Check: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Check a whole corpus, or a proof without the corpus.",
        discussion: """
            Of a corpus every byte is checked, shard by shard; each damaged file is printed with \
            the sequences it concerns, and the status is 65. Proofs are checked against the root \
            that you trust; one that fails is status 1.

            Example:
              nous-shard check data
              nous-shard prove data 17 | nous-shard check - --root $ROOT
            """)

    @Option(help: "The root to trust; a corpus must have it as its data root.")
    var root: String?

    @Flag(help: "Print what is found as one JSON record a line.")
    var json = false

    @Argument(help: "The directory of a corpus, or a file of proofs; - is standard input.")
    var operand: String

    func run() throws {
        let root = try root.map { try Parse.digest($0, "--root") }
        if !Operand.isStream(operand), Files.isDirectory(operand) {
            try checkCorpus(root)
        } else {
            // What is not there is no proof without a root.
            let source = try Operand.source(operand)
            guard let root else {
                throw Failure(.usage, "a proof is checked against a root", hint: "give --root")
            }
            try checkProofs(source, root)
        }
    }

    private func checkCorpus(_ root: Digest?) throws {
        let reader = try CorpusReader(directory: operand)
        let summary = reader.file.summary
        if let root, root != summary.train.root {
            throw Failure(
                .answerIsNo,
                "\(operand): expected the data root \(root), found \(summary.train.root)")
        }
        let asJSON = json
        let isWhole = try CorpusExamination.examine(reader) { damage in
            try Operand.print(asJSON ? damage.json.orderedText : damage.description)
        }
        guard isWhole else { throw MalformedInput("the corpus is damaged", in: operand) }
        guard !json else {
            return try print([
                "type": "whole", "operand": .string(operand), "root": summary.train.root.json,
                "train": .integer(Int64(summary.train.rows)),
                "held_out": .integer(Int64(summary.heldOut.rows)),
            ])
        }
        try Operand.print(
            "\(operand): \(summary.train.rows) sequences to train on and \(summary.heldOut.rows)"
                + " held out are whole; the data root is \(summary.train.root)")
    }

    private func checkProofs(_ opened: FileSource, _ root: Digest) throws {
        let name = Operand.name(operand)
        var source = opened
        let proofs: [SequenceProof]
        do {
            proofs = try SequenceProof.read(from: &source)
        } catch let error as MalformedInput {
            throw error.within(name)
        }
        for proof in proofs {
            let sequence = "\(proof.split.rawValue) sequence \(proof.sequence)"
            guard proof.holds(under: root) else {
                throw Failure(.answerIsNo, "\(name): not a proof of \(sequence) in \(root)")
            }
            guard !json else {
                try print([
                    "type": "proved", "operand": .string(name), "root": root.json,
                    "split": .string(proof.split.rawValue),
                    "sequence": .integer(Int64(proof.sequence)),
                    "sequences": .integer(Int64(proof.sequences)),
                ])
                continue
            }
            try Operand.print("\(name): \(sequence) of \(proof.sequences) is in \(root)")
        }
    }

    private func print(_ record: JSON) throws {
        try Operand.print(record.orderedText)
    }
}
