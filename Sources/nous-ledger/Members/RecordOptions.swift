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
            let inbox = Inbox(of: directory)
            let waiting = try inbox.names().compactMap { try? LogEntry(parsing: inbox.line($0)) }
            let places = ledger.history.places
            let entry = try LogEntry(
                body: body, in: places.next(of: key.publicKey, following: waiting), of: places.log,
                signedWith: key)
            return try Operand.print(String(decoding: entry.line.dropLast(), as: UTF8.self))
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
}
