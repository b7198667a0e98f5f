package import Encodings
import Identity
import Storage

extension LogEntry {
    /// Reads the line that follows `last`, or the first one, and checks its place in the log.
    ///
    /// Of two lines that do not fit together, the error names the first one if its author did not
    /// sign it as it is.
    package init(
        parsing line: [UInt8], following last: LogEntry?
    ) throws(MalformedInput) {
        let sequence = last.map { $0.sequence + 1 } ?? 0
        do throws(MalformedInput) {
            try self.init(parsing: line)
        } catch {
            throw error.within("entry \(sequence)")
        }
        do throws(MalformedInput) {
            try checkPlace(sequence: sequence, after: last)
        } catch {
            if let last, (try? last.verifySignature()) == nil {
                throw MalformedInput("the line was altered", in: "entry \(last.sequence)")
            }
            throw error.within("entry \(sequence)")
        }
    }

    private func checkPlace(
        sequence expected: UInt64, after last: LogEntry?
    ) throws(MalformedInput) {
        guard sequence == expected else {
            throw .field("sequence", expected: "\(expected)", found: "\(sequence)")
        }
        guard previous == last?.digest ?? LogEntry.beforeFirst else {
            throw MalformedInput("field 'previous' is not the hash of the line before")
        }
        guard author == last?.author ?? author else {
            throw MalformedInput("field 'author' is not the key that keeps the log")
        }
    }
}
