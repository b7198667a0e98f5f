import Glibc
import Storage

/// Words for people, on standard error.
package enum Terminal {
    /// Whether standard error is a terminal.
    package static var isInteractive: Bool { isatty(STDERR_FILENO) == 1 }

    /// The columns of the terminal that standard error is, 80 if it does not say.
    static var width: Int {
        var size = winsize()
        guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1
        else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes one line; a closed standard error is nobody's failure.
    package static func report(_ line: String) {
        var sink = DescriptorSink(descriptor: STDERR_FILENO, name: "standard error")
        try? sink.write(Array("\(line)\n".utf8))
    }

    /// Replaces the current line.
    static func redraw(_ line: String) {
        var sink = DescriptorSink(descriptor: STDERR_FILENO, name: "standard error")
        try? sink.write(Array("\r\u{1B}[K\(line)".utf8))
    }
}
