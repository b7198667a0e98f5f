import ArgumentParser
import CommandLineTool
import Encodings
import Identity
import Settlement
import TransparencyLog

/// What every command that writes the ledger needs.
struct WriterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The operator's key, which signs the log.", valueName: "file"))
    var operatorKey: String

    @OptionGroup var lock: LockOptions

    /// Locks the ledger, warning about what an append that did not finish left behind.
    ///
    /// Entries of the operator that wait in the inbox would lose their places to new ones: only a
    /// writer for `sealing` them goes on then.
    func writer(of ledger: String, quiet: Bool, sealing: Bool = false) throws -> LedgerWriter {
        let key = try KeyFile.read(operatorKey)
        let writer = try LedgerWriter(
            locking: ledger, operatorKey: key, timeoutSeconds: lock.lockTimeout)
        if !sealing, writer.hasWaiting(of: key.publicKey) {
            throw Failure(
                .answerIsNo, "entries of the operator wait in the inbox",
                hint: "seal them first, or set them aside")
        }
        if !quiet {
            Warnings.report(unfinished: writer.removedCount, of: ledger, isRepaired: true)
        }
        return writer
    }
}

/// How long to wait for another writer.
struct LockOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long to wait for another writer before giving up with status 75.",
            valueName: "seconds"))
    var lockTimeout: Int = 10

    func validate() throws {
        guard (0...86_400).contains(lockTimeout) else {
            throw ValidationError("--lock-timeout must be from 0 to 86400")
        }
    }
}

/// Words about what a writer found that was not in order.
enum Warnings {
    /// Says that an append that did not finish left files behind.
    static func report(unfinished count: Int, of ledger: String, isRepaired: Bool) {
        guard count > 0 else { return }
        Terminal.report(
            "nous-ledger: warning: \(ledger): \(count) file\(count == 1 ? "" : "s") of an append that"
                + " did not finish\(isRepaired ? ": removed" : "")")
    }
}
