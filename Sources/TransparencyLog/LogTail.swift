package import Encodings

/// What lies beyond the last checkpoint, after an append that did not finish.
package struct LogTail: Sendable {
    /// Whole, valid entries that continue the log: the checkpoint that would cover them is missing.
    package let entries: [LogEntry]
    /// How many bytes after them are the remains of a torn write.
    package let tornLength: Int

    /// Sorts the bytes that follow the entry `last`.
    ///
    /// A line without its newline, or with a zero byte, is what a crash leaves of a write that was
    /// never acknowledged: it and all that follows is torn. Any other line must be a valid entry.
    ///
    /// - Throws: `MalformedInput` naming the first line that is neither.
    package init(_ bytes: [UInt8], following last: LogEntry) throws(MalformedInput) {
        var entries: [LogEntry] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")), !rest[...end].contains(0) {
            let entry = try LogEntry(parsing: Array(rest[...end]), following: entries.last ?? last)
            do throws(MalformedInput) {
                try entry.verifySignature()
            } catch {
                throw error.within("entry \(entry.sequence)")
            }
            entries.append(entry)
            rest = rest[(end + 1)...]
        }
        self.entries = entries
        tornLength = rest.count
    }

    /// Whether the log ends where its checkpoint says.
    package var isEmpty: Bool { entries.isEmpty && tornLength == 0 }
}
