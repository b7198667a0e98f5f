import ArgumentParser
import CommandLineTool
import Encodings
import Settlement
import Storage
import TransparencyLog

/// Proves that an entry is in the log.
struct Prove: Tool {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Print a proof that an entry is in the log, to be kept as a receipt.",
        discussion: """
            The proof (C2SP tlog-proof) holds the checkpoint with all its signatures and the hashes \
            that lead to it; nothing else is needed to check it, today or after the ledger is gone.

            Example:
              nous-ledger prove ledger 7 -o receipt.tlog-proof
              nous-ledger log ledger --json | sed -n 8p > entry.json
              nous-ledger verify-proof receipt.tlog-proof --entry entry.json \\
                --policy policy
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @Argument(help: ArgumentHelp("The number of the entry, from 0.", valueName: "entry"))
    var entry: UInt64

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where to write the proof.", valueName: "file"))
    var output: String?

    func run() throws {
        let log = try LogSnapshot(LogDirectory(ledger))
        guard entry < log.checkpoint.size else {
            throw Failure(
                .answerIsNo, "the log has \(log.checkpoint.size) entries, numbered from 0")
        }
        try Operand.write(try LogProof(of: entry, in: log).bytes, to: output)
    }
}

/// Checks such a proof.
struct VerifyProof: Tool {
    static let configuration = CommandConfiguration(
        commandName: "verify-proof",
        abstract: "Check a proof that an entry is in a log.",
        discussion: """
            The entry, the hashes, the checkpoint and its signatures are checked together, and the \
            entry's own signature.

            Example:
              nous-ledger log-key ledger > log.key
              printf 'log %s\\nquorum none\\n' "$(cat log.key)" > policy
              nous-ledger verify-proof receipt.tlog-proof --entry entry.json \\
                --policy policy
            """)

    @Argument(help: ArgumentHelp("The proof; - is standard input.", valueName: "proof"))
    var proof: String

    @Option(help: ArgumentHelp("The line of the entry.", valueName: "file"))
    var entry: String

    @Option(
        help: ArgumentHelp(
            "Whose signatures the checkpoint must carry (C2SP tlog-policy).", valueName: "file"))
    var policy: String

    func validate() throws { try Operand.expectOneStream([proof, entry, policy]) }

    func run() throws {
        let rules = try TrustOptions.readPolicy(policy)
        guard !rules.logs.isEmpty else {
            throw MalformedInput("expected the key of a log, found none", in: Operand.name(policy))
        }
        let bytes = try Operand.read(proof, limit: LogProof.maximumLength)
        let line = try Operand.read(entry, limit: LogEntry.maximumLineLength)
        let (proved, entry): (LogProof, LogEntry)
        do throws(MalformedInput) {
            entry = try LogEntry(parsing: line)
            try entry.verifySignature()
        } catch {
            throw error.within(Operand.name(self.entry))
        }
        do throws(MalformedInput) {
            proved = try LogProof(parsing: bytes)
            try rules.check(proved.checkpoint, proved.note)
        } catch {
            throw error.within(Operand.name(proof))
        }
        do throws(MalformedInput) {
            try proved.check(line)
        } catch {
            throw Failure(.answerIsNo, "\(error.within(Operand.name(proof)))")
        }
        try Operand.print(
            "ok: entry \(proved.index) of \(proved.checkpoint.size), by \(entry.author)")
    }
}

/// Prints the key of a log.
struct PrintLogKey: Tool {
    static let configuration = CommandConfiguration(
        commandName: "log-key",
        abstract: "Print the key of a ledger's log, for policies and other tools.",
        discussion: """
            The form is that of C2SP signed-note: name+id+key, the name being the log's origin.

            Example:
              nous-ledger log-key ledger > log.key
              printf 'log %s\\nquorum none\\n' "$(cat log.key)" > policy
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    func run() throws {
        let log = try LogSnapshot(LogDirectory(ledger))
        try Operand.print(VerifierKey(ofLogBeginningWith: log.first).description)
    }
}
