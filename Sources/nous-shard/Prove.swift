import ArgumentParser
import CommandLineTool
import Corpus
import Encodings
import Storage

/// Proves that sequences belong to a data root.
struct Prove: Tool {
    static let configuration = CommandConfiguration(
        abstract: "Prove that a sequence is in a corpus.",
        discussion: """
            Prints one proof a line: the sequence, and the hashes that lead from it to the root. \
            Whoever has the root can check it with `nous-shard check`, without the corpus. \
            Every shard of the split is read, one at a time.

            Example:
              nous-shard prove data 17 > proof.json
              nous-shard check proof.json --root $ROOT
            """)

    @Flag(help: "Take the sequences that are held out.")
    var heldOut = false

    @Option(name: .shortAndLong, help: "The file to write; standard output without it.")
    var output: String?

    @Argument(help: "The directory of the corpus.")
    var directory: String

    @Argument(help: "The numbers of the sequences, counted from 0; 3-7 are five of them.")
    var sequences: [SequenceRange]

    /// All rows that are proved are in memory.
    private static let maximumProofs = 4096

    func run() throws {
        let reader = try CorpusReader(directory: directory)
        let split: Split = heldOut ? .heldOut : .train
        try SequenceRange.check(
            sequences, count: reader.file.summary[split].rows, in: directory)
        guard sequences.map(\.numbers.count).reduce(0, +) <= Self.maximumProofs else {
            throw Failure(.usage, "at most \(Self.maximumProofs) sequences can be proved at once")
        }
        let proofs = try SequenceProof.prove(sequences.flatMap(\.numbers), of: split, in: reader)
        try Operand.write(
            proofs.flatMap { $0.json.orderedLine }, to: output)
    }
}
