import Glibc
import Storage

/// Replaces the end of a file in place, and forces it to the disk.
enum FileEnd {
    /// Cuts the file at `offset`, writes `bytes` there, and waits until they are durable.
    ///
    /// When a write fails, the file is cut at `offset` again, so a full disk leaves no torn line.
    static func replace(_ path: String, from offset: Int, with bytes: [UInt8]) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        guard ftruncate(descriptor, off_t(offset)) == 0 else { throw failure("ftruncate", path) }
        do {
            try write(bytes, at: offset, to: descriptor, path)
        } catch {
            ftruncate(descriptor, off_t(offset))
            throw error
        }
        guard fsync(descriptor) == 0 else { throw failure("fsync", path) }
    }

    private static func write(
        _ bytes: [UInt8], at offset: Int, to descriptor: Int32, _ path: String
    ) throws {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { buffer in
                unsafe pwrite(
                    descriptor, buffer.baseAddress, buffer.count, off_t(offset + written))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            written += count
        }
    }

    private static func failure(_ operation: String, _ path: String) -> SystemFailure {
        SystemFailure(operation, path: path, code: errno, role: .inputOutput)
    }
}
