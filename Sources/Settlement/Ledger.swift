package import Encodings
package import TransparencyLog

/// A ledger as it can be read: the log, and the state its entries lead to.
package struct Ledger: Sendable {
    /// How much is checked again while reading.
    package enum Checking: Sendable {
        /// The operator's signature on the checkpoint vouches for the entries it covers.
        case checkpoint
        /// Every signature, on every line and every record in it.
        case everything
    }

    /// The entries and the checkpoint.
    package let log: LogSnapshot
    /// What they lead to.
    package let state: LedgerState

    /// Replays a log; either way hashes, chain, root, rules and conservation are checked.
    package init(_ log: LogSnapshot, checking: Checking) throws(MalformedInput) {
        if checking == .everything { try log.verifySignatures() }
        self.log = log
        do throws(MalformedInput) {
            state = try LedgerState(
                replaying: log.entries, checkingSignatures: checking == .everything)
        } catch {
            throw error.within(LogDirectory.entriesName)
        }
    }

    /// Reads the ledger in a directory without a lock.
    package static func read(_ path: String, checking: Checking) throws -> Ledger {
        let log = try LogDirectory(path).read()
        do throws(MalformedInput) {
            return try Ledger(log, checking: checking)
        } catch {
            throw error.within(path)
        }
    }
}

extension LedgerState {
    /// The state that a whole log leads to.
    ///
    /// - Throws: `MalformedInput` naming the first entry that breaks a rule.
    package init(
        replaying entries: [LogEntry], checkingSignatures: Bool
    ) throws(MalformedInput) {
        precondition(!entries.isEmpty, "a log has at least its first entry")
        do throws(MalformedInput) {
            try self.init(try Genesis(entries[0].body), origin: entries[0].digest)
            guard genesis.keeper == entries[0].author else {
                throw .field(
                    "operator", expected: "\(entries[0].author), who signed the entry",
                    found: "\(genesis.keeper)")
            }
        } catch {
            throw error.within("entry 0")
        }
        for entry in entries.dropFirst() {
            do throws(MalformedInput) {
                try apply(try LedgerRecord(entry.body, checkingSignature: checkingSignatures))
            } catch {
                throw error.within("entry \(entry.sequence)")
            }
        }
    }
}
