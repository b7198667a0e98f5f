import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement
import TransparencyLog

/// What every command that makes a member's entry needs.
struct RecordOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The key that signs the entry.", valueName: "file"))
    var key: String

    @Option(
        help: ArgumentHelp(
            "Append the entry with the operator's key; otherwise it is printed, for submit or append.",
            valueName: "file"))
    var operatorKey: String?

    @OptionGroup var lock: LockOptions

    /// Signs an entry in the place after the key's last one, and appends it, or prints it; then the last
    /// one may wait in the inbox.
    func submit(
        _ body: JSON, to ledger: Ledger, with key: SigningKey, quiet: Bool
    ) throws {
        let directory = ledger.log.directory
        guard let operatorKey else {
            let line = try line(saying: body, in: ledger, signedWith: key)
            return try Operand.print(String(decoding: line.dropLast(), as: UTF8.self))
        }
        var options = WriterOptions()
        options.operatorKey = operatorKey
        options.lock = lock
        var writer = try options.writer(of: directory.path, quiet: quiet)
        guard !writer.hasWaiting(of: key.publicKey) else {
            throw Failure(
                .answerIsNo, "entries of \(key.publicKey) wait in the inbox",
                hint: "seal them first, or set them aside")
        }
        _ = try writer.submit(body, by: key)
        try writer.commit()
    }

    /// The line of the entry: a new one, or the one there is already where the same words count once.
    ///
    /// A second entry would be passed over, and the key's next ones would wait for it for ever.
    private func line(
        saying body: JSON, in ledger: Ledger, signedWith key: SigningKey
    ) throws -> [UInt8] {
        let record = try LedgerRecord(body, by: key.publicKey)
        let waiting = try Inbox(of: ledger.log.directory).entries()
        if record.isKnownByContent {
            if let number = ledger.state.entry(of: record) {
                return try ledger.log.line(of: number)
            }
            let same = waiting.first { entry in
                entry.log == ledger.history.places.log
                    && (try? LedgerRecord(entry, checking: .all))?.identity
                        == record.identity
                    && (try? entry.verifySignature()) != nil
            }
            if let same { return same.line }
        }
        let places = ledger.history.places
        return try LogEntry(
            body: body, in: places.next(of: key.publicKey, following: waiting), of: places.log,
            signedWith: key
        ).line
    }
}
