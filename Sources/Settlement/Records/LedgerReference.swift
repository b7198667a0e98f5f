import Encodings
package import Storage

/// Which ledger a member's record belongs to, and so which run: signed for one, it counts in none
/// other.
package struct LedgerReference: Sendable, Equatable {
    /// The digest of the run file.
    package let run: Digest
    /// The digest of entry 0's line, which the log's origin names.
    package let origin: Digest

    /// The ledger of `run` that starts with the entry `origin`.
    package init(run: Digest, origin: Digest) {
        self.run = run
        self.origin = origin
    }
}

extension JSONFields {
    /// The fields `run` and `ledger`.
    mutating func ledger() throws(MalformedInput) -> LedgerReference {
        LedgerReference(run: try digest("run"), origin: try digest("ledger"))
    }
}
