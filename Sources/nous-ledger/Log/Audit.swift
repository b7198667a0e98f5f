import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement
import Storage
import TransparencyLog

/// Derives everything again.
struct Audit: Tool {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Check everything: hashes, signatures, rules, settlements, every file.",
        discussion: """
            Nothing but the files of the ledger is needed. A ledger cut back and signed anew by \
            its operator passes by itself: keep a checkpoint, and give it with \
            --expect-checkpoint, or name witnesses in a policy.

            Books, and what payments were made with, are held against the entries.

            Example:
              nous-ledger audit ledger --expect-checkpoint checkpoint.last-week \\
                --books run.journal --payment signed.ndjson
            """)

    @Argument(help: ArgumentHelp("The ledger, or a copy of it.", valueName: "ledger"))
    var ledger: String

    @OptionGroup var trust: TrustOptions

    @Option(
        help: ArgumentHelp(
            "A checkpoint of this log up to which signatures were checked before.",
            valueName: "file"))
    var trustSignaturesBefore: String?

    @OptionGroup var outside: OutsideOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    @OptionGroup var global: GlobalOptions

    func validate() throws {
        try Operand.expectOneStream(
            trust.operands + outside.operands + [trustSignaturesBefore])
    }

    func run() throws {
        let log = try LogSnapshot(LogDirectory(ledger))
        try trust.check(log)
        var books = try outside.readBooks()
        let audit = try LedgerAudit(log, signatures: try signatures(of: log)) { _, state in
            for index in books.indices { books[index].take(state) }
        }
        if !global.quiet {
            Warnings.report(unfinished: audit.unfinishedCount, of: ledger, isRepaired: false)
        }
        let agreeing =
            try books.map { try $0.check() } + outside.checkPayments(of: audit.ledger.state)
        try Operand.print(
            json
                ? audit.json.orderedText
                : ([audit.summary] + agreeing).joined(separator: "\n"))
    }

    /// Which signatures are left to check.
    private func signatures(of log: LogSnapshot) throws -> SignatureChecking {
        guard let trustSignaturesBefore else { return .all }
        return .from(try TrustOptions.earlier(trustSignaturesBefore, of: log).size)
    }
}

/// What a log must agree with besides itself.
struct TrustOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A checkpoint that was kept; the log must continue it.", valueName: "file"))
    var expectCheckpoint: String?

    @Option(
        help: ArgumentHelp(
            "Whose signatures the checkpoint must carry (C2SP tlog-policy).", valueName: "file"))
    var policy: String?

    /// The operands that `-` may make standard input.
    var operands: [String?] { [expectCheckpoint, policy] }

    /// Checks a log against what is given.
    func check(_ log: LogSnapshot) throws {
        if let expectCheckpoint { _ = try Self.earlier(expectCheckpoint, of: log) }
        guard let policy else { return }
        let rules = try Self.readPolicy(policy)
        do throws(MalformedInput) {
            try rules.check(log.checkpoint, log.note)
        } catch {
            throw error.within(log.directory.checkpointPath)
        }
    }

    /// The policy in a file.
    static func readPolicy(_ operand: String) throws -> LogPolicy {
        let bytes = try Operand.read(operand, limit: LogPolicy.maximumLength)
        do throws(MalformedInput) {
            return try LogPolicy(parsing: bytes)
        } catch {
            throw error.within(Operand.name(operand))
        }
    }

    /// The checkpoint in a file, of which the log must be a continuation.
    static func earlier(_ operand: String, of log: LogSnapshot) throws -> LogCheckpoint {
        let bytes = try Operand.read(operand, limit: LogCheckpoint.maximumLength)
        do {
            return try log.check(continues: try SignedNote(parsing: bytes))
        } catch let error as MalformedInput {
            throw error.within(Operand.name(operand))
        }
    }
}
