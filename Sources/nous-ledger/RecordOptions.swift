import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement

/// What every command that signs a record needs.
struct RecordOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The key that signs the record.", valueName: "file"))
    var key: String

    @Option(
        help: ArgumentHelp(
            "Append the record with the operator's key; otherwise it is printed, for append.",
            valueName: "file"))
    var operatorKey: String?

    @OptionGroup var lock: LockOptions

    /// Signs a record and appends it, or prints it.
    func submit(_ record: JSON, to ledger: String, with key: SigningKey, quiet: Bool) throws {
        let signed = SignedRecord.sign(record, with: key)
        guard let operatorKey else {
            return try Operand.print(String(decoding: signed.canonicalBytes(), as: UTF8.self))
        }
        var options = WriterOptions()
        options.operatorKey = operatorKey
        options.lock = lock
        var writer = try options.writer(of: ledger, quiet: quiet)
        _ = try writer.submit(try LedgerRecord(signed))
        try writer.commit()
    }
}
