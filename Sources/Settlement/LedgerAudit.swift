import Encodings
import Storage
package import TransparencyLog

/// Everything about a ledger derived again from its files, and what was counted on the way.
package struct LedgerAudit: Sendable {
    /// The ledger, all of it checked.
    package let ledger: Ledger
    /// Signatures checked: on the checkpoint, on each entry, and on each contribution and verdict in
    /// one.
    package let signatureCount: UInt64
    /// Files beyond what the checkpoint covers: an append that is under way, or was cut short.
    package let unfinishedCount: Int
    /// Records that wait to be sealed.
    package let waitingCount: Int

    /// The bodies that carry a signature of their own.
    private static let signedInside = [
        "contribution", "verdict", "score", "revision", "rotation",
    ]

    /// Checks a log against itself: entries, signatures, rules, and every file of the directory.
    ///
    /// `visit` sees every entry with the state that it leads to.
    ///
    /// - Throws: `MalformedInput` naming the file or the first entry at fault.
    package init(
        _ log: LogSnapshot, signatures: SignatureChecking = .all,
        _ visit: (LogEntry, LedgerState) throws -> Void = { _, _ in }
    ) throws {
        var signatureCount: UInt64 = 1
        let files = Background(count: 1) { _ in try log.checkFiles() }
        ledger = try Ledger(log, signatures: signatures) { entry, state in
            let type = entry.body["type"]?.string ?? ""
            signatureCount += Self.signedInside.contains(type) ? 2 : 1
            try visit(entry, state)
        }
        self.signatureCount = signatureCount
        (unfinishedCount, waitingCount) = try files.wait()[0].get()
    }
}

extension LedgerState {
    /// All money by the kind of place where it lies, in base units.
    package var moneyByKind: [Holding.Kind: UInt64] {
        money.amounts.reduce(into: [:]) { $0[$1.key.kind, default: 0] += $1.value }
    }
}
