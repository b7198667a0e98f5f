import Glibc

/// A file that bytes are added to at its end, as they come.
///
/// Nothing is atomic here: whoever reads such a file must bear a last line that is not whole.
package struct GrowingFile: ByteSink {
    private let file: OpenFile

    /// Opens the file at `path`, made if missing; an ordinary file is cut at `length` first.
    package init(continuing path: String, at length: Int) throws(SystemFailure) {
        let isNew = !Files.exists(path)
        file = try OpenFile(
            opening: path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY, role: .output)
        guard !isNew, let size = file.size, size > length else { return }
        try checked("cut", path, .output) { ftruncate(file.descriptor, off_t(length)) }
    }

    /// Adds all of `bytes`.
    package mutating func write(_ bytes: [UInt8]) throws { try file.write(bytes[...]) }
}
