package import Encodings
import Identity
import Storage

extension LogEntry {
    /// Reads the line that follows `last`, or the first one, and checks its place in the log.
    ///
    /// An entry that does not name the line before it is blamed on whichever of the two is not
    /// signed by its author.
    package init(
        parsing line: [UInt8], following last: LogEntry?
    ) throws(MalformedInput) {
        let sequence = last.map { $0.sequence + 1 } ?? 0
        do throws(MalformedInput) {
            try self.init(parsing: line)
            try checkPlace(sequence: sequence, author: last?.author ?? author)
        } catch {
            throw error.within("entry \(sequence)")
        }
        guard previous != last?.digest ?? LogEntry.beforeFirst else { return }
        if let last, (try? last.verifySignature()) == nil {
            throw MalformedInput("the line was altered", in: "entry \(last.sequence)")
        }
        throw MalformedInput(
            "field 'previous' is not the hash of the line before", in: "entry \(sequence)")
    }

    private func checkPlace(
        sequence expected: UInt64, author keeper: PublicKey
    ) throws(MalformedInput) {
        guard sequence == expected else {
            throw .field("sequence", expected: "\(expected)", found: "\(sequence)")
        }
        guard author == keeper else {
            throw .field("author", expected: "\(keeper), who keeps the log", found: "\(author)")
        }
    }
}
