import Glibc

/// Splits a stream into lines, holding one at a time.
struct LineSplitter {
    /// A line without its line feed.
    struct Line {
        /// The bytes; nil if there were more than the limit.
        var bytes: [UInt8]?
        /// The number of the line, counted from 1.
        var number: Int
    }

    private let limit: Int
    private var held: [UInt8] = []
    /// Where in `held` the next line begins.
    private var start = 0
    /// Up to where there is no line feed.
    private var searched = 0
    private var isTooLong = false
    private var isAtEnd = false
    private var number = 0

    /// Lines of at most `limit` bytes.
    init(limit: Int) {
        self.limit = limit
    }

    /// The next line, or nil at the end.
    mutating func next(
        _ stream: inout TextStream, through scratch: inout [UInt8]
    ) throws -> Line? {
        while true {
            if let end = lineFeed() {
                defer { start = end + 1; searched = start }
                return line(endingAt: end)
            }
            searched = held.count
            if isAtEnd {
                guard start < held.count || isTooLong else { return nil }
                defer { start = held.count }
                return line(endingAt: held.count)
            }
            dropWhatIsDone()
            isAtEnd = try !stream.read(into: &held, through: &scratch)
        }
    }

    private mutating func line(endingAt end: Int) -> Line {
        number += 1
        defer { isTooLong = false }
        guard !isTooLong, end - start <= limit else { return Line(bytes: nil, number: number) }
        return Line(bytes: Array(held[start..<end]), number: number)
    }

    /// Makes room for more; of a line that is too long nothing is kept.
    private mutating func dropWhatIsDone() {
        if held.count - start > limit {
            isTooLong = true
            start = held.count
        }
        held.removeFirst(start)
        start = 0
        searched = held.count
    }

    private func lineFeed() -> Int? {
        unsafe held.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, searched < bytes.count,
                let found = unsafe memchr(base + searched, 0x0A, bytes.count - searched)
            else { return nil }
            return unsafe base.distance(to: UnsafeRawPointer(found))
        }
    }
}
