import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Solana
import TransparencyLog

/// Puts a checkpoint of the log on chain.
struct AnchorCheckpoint: Tool {
    static let configuration = CommandConfiguration(
        commandName: "anchor",
        abstract: "Put a checkpoint of the ledger on chain, so that it cannot be taken back.",
        discussion: """
            Makes a transaction whose memo is the text of the checkpoint: origin, number of \
            entries, and root, a line each; the payer signs it. With --check it makes nothing, \
            and looks for that memo in a node's answers to getTransaction; the exit status is 1 \
            if it is not there.

            Example:
              nous-ledger solana anchor --key payer.json --blockhash $HASH \\
                ledger/checkpoint
              nous-ledger solana anchor --check anchored.json ledger/checkpoint
            """)

    @Argument(help: ArgumentHelp("The checkpoint; - is standard input.", valueName: "checkpoint"))
    var checkpoint: String

    @Option(
        name: .customLong("operator"),
        help: ArgumentHelp(
            "Refuse a checkpoint that this key did not sign in the name of its origin.",
            valueName: "key"))
    var operatorKey: String?

    @OptionGroup var payer: PayerOptions

    @Option(help: ArgumentHelp("A recent blockhash.", valueName: "hash"))
    var blockhash: String?

    @Option(help: ArgumentHelp("Durable nonces, of which the first is used.", valueName: "file"))
    var nonces: String?

    @Option(
        help: ArgumentHelp("Look for the memo in these dumped responses.", valueName: "file"))
    var check: String?

    func validate() throws {
        try Operand.expectOneStream([checkpoint, nonces, check] + payer.key)
        guard [blockhash, nonces, check].compactMap(\.self).count == 1 else {
            throw ValidationError("give one of --blockhash, --nonces and --check")
        }
    }

    func run() throws {
        let text = try text()
        if let check { return try find(text, in: check) }
        var lifetime = LifetimeOptions()
        lifetime.blockhash = blockhash
        lifetime.nonces = nonces
        let keys = try payer.keys()
        let payer = try payer.address(keys)
        try SingleTransaction.print(
            [try MemoProgram.memo(text, signers: [payer])], payer: payer,
            lifetime: try lifetime.lifetime(), keys: keys)
    }

    /// The text of the checkpoint.
    private func text() throws -> String {
        let key = try operatorKey.map { try Parse.key($0, "--operator") }
        return try SolanaFiles.parsed(checkpoint, limit: LogCheckpoint.maximumLength) {
            bytes throws(MalformedInput) in
            let note = try SignedNote(parsing: bytes)
            let checkpoint = try LogCheckpoint(parsing: note)
            if let key, !note.isSigned(by: key, named: checkpoint.origin) {
                throw MalformedInput("\(key) did not sign it in the name of its origin")
            }
            return String(decoding: checkpoint.text, as: UTF8.self)
        }
    }

    private func find(_ text: String, in operand: String) throws {
        let report = try SolanaFiles.parsed(operand, limit: ChainReport.maximumFileSize) {
            bytes throws(MalformedInput) in
            var report = ChainReport()
            try report.add(file: bytes)
            return report
        }
        let found = report.transactions.first { transaction in
            transaction.failure == nil && transaction.message.memo == text
        }
        guard let found else {
            throw Failure(
                .answerIsNo, "\(Operand.name(operand)): no transaction has the checkpoint as memo")
        }
        try Operand.print("\(found.identifier)\t\(found.message.payer)")
    }
}
