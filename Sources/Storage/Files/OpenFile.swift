import Glibc

/// A file descriptor with the name that errors give it; the owner closes it at the end.
final class OpenFile: Sendable {
    let descriptor: Int32
    let name: String
    let role: SystemFailure.Role
    private let closesDescriptor: Bool

    /// A descriptor that somebody else opened and will close.
    init(borrowing descriptor: Int32, name: String, role: SystemFailure.Role) {
        self.descriptor = descriptor
        self.name = name
        self.role = role
        closesDescriptor = false
    }

    /// Opens `path`; the descriptor is not inherited by other programs.
    init(
        opening path: String, _ flags: Int32, mode: mode_t = 0o666, role: SystemFailure.Role
    ) throws(SystemFailure) {
        descriptor = try checked("open", path, role) { unsafe open(path, flags | O_CLOEXEC, mode) }
        name = path
        self.role = role
        closesDescriptor = true
    }

    deinit {
        if closesDescriptor { _ = close(descriptor) }
    }

    /// How many bytes an ordinary file has; nil for anything else.
    var size: Int? {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG
        else { return nil }
        return Int(status.st_size)
    }

    /// At most `count` bytes from the current position; none at the end.
    func read(upTo count: Int) throws(SystemFailure) -> [UInt8] {
        var failure: SystemFailure?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(SystemFailure) {
                initialized = try checked("read", name, role) {
                    unsafe Glibc.read(descriptor, buffer.baseAddress, count)
                }
            } catch {
                failure = error
                initialized = 0
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// The bytes of `range`, fewer if the file ends before it does.
    func read(_ range: Range<Int>) throws(SystemFailure) -> [UInt8] {
        var failure: SystemFailure?
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: range.count) { buffer, filled in
            do throws(SystemFailure) {
                while filled < range.count {
                    let count = try checked("read", name, role) {
                        unsafe pread(
                            descriptor, buffer.baseAddress?.advanced(by: filled),
                            range.count - filled, off_t(range.lowerBound + filled))
                    }
                    if count == 0 { break }
                    filled += count
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Writes all of `bytes`.
    func write(_ bytes: ArraySlice<UInt8>) throws(SystemFailure) {
        var rest = bytes
        while !rest.isEmpty {
            let written = try checked("write", name, role) {
                unsafe rest.withUnsafeBytes { buffer in
                    unsafe Glibc.write(descriptor, buffer.baseAddress, buffer.count)
                }
            }
            rest = rest.dropFirst(written)
        }
    }

    /// Waits until the contents have reached the device.
    func synchronize() throws(SystemFailure) {
        try checked("flush", name, role) { fsync(descriptor) }
    }
}
