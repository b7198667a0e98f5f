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
    func writer(of ledger: String, quiet: Bool) throws -> LedgerWriter {
        let writer = try LedgerWriter(
            locking: ledger, operatorKey: try KeyFile.read(operatorKey),
            timeoutSeconds: lock.lockTimeout)
        if !quiet { Warnings.report(writer.tail, of: ledger, willRepair: true) }
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

/// Words about the end of a log.
enum Warnings {
    /// Says what lies beyond the checkpoint, if anything does.
    static func report(_ tail: LogTail, of ledger: String, willRepair: Bool) {
        if let first = tail.entries.first, let last = tail.entries.last {
            let range =
                first.sequence == last.sequence
                ? "entry \(first.sequence)" : "entries \(first.sequence) to \(last.sequence)"
            Terminal.report(
                "nous-ledger: warning: \(ledger): \(range) of an append that did not finish"
                    + (willRepair ? ": kept" : ": not covered by the checkpoint"))
        }
        if tail.tornLength > 0 {
            Terminal.report(
                "nous-ledger: warning: \(ledger): \(tail.tornLength) bytes of a torn write"
                    + (willRepair ? ": cut" : " beyond the checkpoint"))
        }
    }
}
