import Glibc

/// Somebody else holds a lock; trying again later may succeed.
package struct Busy: Error, Equatable, CustomStringConvertible {
    /// The file that is locked.
    package var path: String
    /// How long the lock was waited for.
    package var seconds: Int

    /// One line such as `'ledger/.lock' is held by another process (waited 10 s)`.
    package var description: String {
        "'\(path)' is held by another process (waited \(seconds) s)"
    }
}

/// An exclusive lock on a file, held until this value ends; the kernel frees it on a crash.
package struct FileLock: ~Copyable {
    private let file: OpenFile

    /// Locks the file at `path`, made if missing, and throws `Busy` after `timeoutSeconds`.
    package init(locking path: String, timeoutSeconds: Int) throws {
        file = try Self.lockedFile(path, timeoutSeconds: timeoutSeconds)
    }

    private static func lockedFile(_ path: String, timeoutSeconds: Int) throws -> OpenFile {
        let file = try OpenFile(opening: path, O_RDWR | O_CREAT, role: .inputOutput)
        let clock = ContinuousClock()
        let deadline = clock.now.advanced(by: .seconds(timeoutSeconds))
        while flock(file.descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw SystemFailure.last("lock", path, .inputOutput)
            }
            guard clock.now < deadline else { throw Busy(path: path, seconds: timeoutSeconds) }
            usleep(20_000)
        }
        return file
    }
}
