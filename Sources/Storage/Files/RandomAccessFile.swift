import Encodings

/// An ordinary file that is read at any offset.
package struct RandomAccessFile: Sendable {
    private let file: OpenFile

    /// How many bytes the file had when it was opened.
    package let size: Int

    /// Opens the file at `path`, following links; anything but an ordinary file is refused.
    package init(path: String) throws {
        file = try OpenFile(ordinary: path)
        size = file.size ?? 0
    }

    /// The bytes of `range`, which must lie in the file.
    package func read(_ range: Range<Int>) throws -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= size, "bytes of the file")
        let bytes = try file.read(range)
        guard bytes.count == range.count else {
            throw MalformedInput(
                "expected \(size) bytes, found the end after \(range.lowerBound + bytes.count)",
                in: file.name)
        }
        return bytes
    }
}
