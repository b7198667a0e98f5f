import Encodings
import Storage

extension LogDirectory {
    /// Removes temporary files of writers that were killed; only for the holder of the lock.
    func removeLeftovers() throws {
        for name in try Files.list(path) where name.hasPrefix(".nous-") && name.hasSuffix(".tmp") {
            try Files.remove(Files.join(path, name))
        }
    }
}
