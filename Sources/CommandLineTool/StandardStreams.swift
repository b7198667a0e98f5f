import Glibc

/// The three descriptors every command expects to be open.
enum StandardStreams {
    /// Gives each closed standard stream a descriptor on which the work of the stream fails.
    ///
    /// Otherwise the first file opened would take its number, and what is meant for standard
    /// output or standard error would be written into that file.
    static func open() {
        for (descriptor, flags) in [
            (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY),
        ] where fcntl(descriptor, F_GETFD) == -1 {
            _ = unsafe Glibc.open("/dev/null", flags)
        }
    }
}
