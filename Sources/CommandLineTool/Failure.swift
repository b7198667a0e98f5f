package import Encodings
package import Storage
import Glibc

/// The reason a command stops: one line for people, one status for scripts.
package struct Failure: Error {
    /// The exit status.
    package var status: ExitStatus
    /// One clear line: lower case, no full stop, names the subject.
    package var message: String
    /// What the user can do about it, if anything.
    package var hint: String?

    /// A failure with its message and, where there is something to do, a hint.
    package init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// Input that breaks its format's rules.
    package init(_ malformed: MalformedInput) {
        self.init(.malformedInput, malformed.description)
    }

    /// A refused system call: missing input, output that cannot be created, or failed I/O.
    package init(_ failure: SystemFailure) {
        let status: ExitStatus =
            switch (failure.role, failure.code) {
            case (_, EACCES), (_, EPERM): .noPermission
            case (.input, ENOENT), (.input, ENOTDIR), (.input, EISDIR): .inputMissing
            case (.output, ENOENT), (.output, ENOTDIR), (.output, EISDIR), (.output, EEXIST),
                (.output, EROFS):
                .cannotCreate
            default: .inputOutput
            }
        self.init(status, failure.description)
    }
}
