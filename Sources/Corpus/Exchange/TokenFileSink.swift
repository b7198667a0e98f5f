import Encodings
import Storage

/// A file of tokens that is written part by part.
struct TokenFileSink: ~Copyable {
    private var file: AtomicFile
    private let isWide: Bool
    private var pending: [UInt8] = []

    /// How many tokens were written.
    private(set) var count = 0

    /// Starts the file `path` with these bytes; a token takes four bytes if `isWide`, else two.
    init(creating path: String, isWide: Bool, header: [UInt8] = []) throws {
        file = try AtomicFile(creating: path)
        self.isWide = isWide
        pending = header
    }

    /// Adds tokens.
    mutating func write(_ tokens: ArraySlice<UInt32>) throws {
        pending +=
            isWide
            ? LittleEndian.bytes(of: Array(tokens))
            : LittleEndian.bytes(of: tokens.map { UInt16(truncatingIfNeeded: $0) })
        count += tokens.count
        guard pending.count >= 1 << 20 else { return }
        try file.write(pending)
        pending.removeAll(keepingCapacity: true)
    }

    /// Gives the file its name.
    consuming func commit() throws {
        try file.write(pending)
        try file.commit()
    }
}
