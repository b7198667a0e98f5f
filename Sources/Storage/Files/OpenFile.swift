import Encodings
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

    /// Makes a file without a name in `directory`, which its last descriptor takes with it; nil if
    /// that fails, for example as the file system has no such files, or if it could get no name later.
    init?(namelessIn directory: String, mode: mode_t) {
        descriptor = unsafe open(directory, O_WRONLY | O_CLOEXEC | Self.nameless, mode)
        guard descriptor >= 0 else { return nil }
        name = directory
        role = .output
        closesDescriptor = true
        if unsafe access(link, F_OK) != 0 { return nil }
    }

    /// `O_TMPFILE`, a macro that Swift does not import.
    private static let nameless = 0o20_000_000 | O_DIRECTORY

    /// Where the system shows the file, also one without a name.
    private var link: String { "/proc/self/fd/\(descriptor)" }

    /// Gives a file without a name the name `path`; fails with `EEXIST` if another has it.
    func link(to path: String) throws(SystemFailure) {
        try checked("create", path, role) {
            unsafe linkat(AT_FDCWD, link, AT_FDCWD, path, AT_SYMLINK_FOLLOW)
        }
    }

    /// Opens the ordinary file at `path` for reading; anything else is refused without waiting for
    /// it, as a pipe would make its reader wait.
    convenience init(ordinary path: String, followingLinks: Bool = true) throws {
        let flags = O_RDONLY | O_NONBLOCK | (followingLinks ? 0 : O_NOFOLLOW)
        try self.init(opening: path, flags, role: .input)
        switch kind {
        case S_IFREG: return
        case S_IFDIR: throw SystemFailure("read", path: path, code: EISDIR, role: .input)
        default: throw MalformedInput("expected an ordinary file", in: path)
        }
    }

    deinit {
        if closesDescriptor { _ = close(descriptor) }
    }

    /// How many bytes an ordinary file has; nil for anything else.
    var size: Int? { kind == S_IFREG ? status.map { Int($0.st_size) } : nil }

    /// The file type bits of the mode.
    private var kind: mode_t? { status.map { $0.st_mode & S_IFMT } }

    private var status: stat? {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 ? status : nil
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
