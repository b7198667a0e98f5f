import Glibc

/// A call to the system that failed: what was done to what, and the error number.
package struct SystemFailure: Error, Equatable, CustomStringConvertible {
    /// What the file was to the command.
    package enum Role: Sendable {
        /// The file was read.
        case input
        /// The file was written.
        case output
        /// The file was both, or neither.
        case inputOutput
    }

    /// The verb that failed, as in "open" or "write".
    package var operation: String
    /// The path, or a name such as "standard output".
    package var path: String
    /// The value of `errno`.
    package var code: Int32
    /// What the file was to the command.
    package var role: Role

    /// The failure of `operation` on `path` with error number `code`.
    package init(_ operation: String, path: String, code: Int32, role: Role) {
        self.operation = operation
        self.path = path
        self.code = code
        self.role = role
    }

    /// One line such as `cannot open 'x': No such file or directory`.
    package var description: String {
        "cannot \(operation) '\(path)': \(Self.message(for: code))"
    }

    /// The system's own words for an error number.
    package static func message(for code: Int32) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            guard let start = buffer.baseAddress,
                unsafe strerror_r(code, start, buffer.count) == 0
            else { return "error \(code)" }
            return unsafe String(cString: start)
        }
    }

    /// The failure of `operation` that the system has just reported in `errno`.
    static func last(_ operation: String, _ path: String, _ role: Role) -> SystemFailure {
        SystemFailure(operation, path: path, code: errno, role: role)
    }
}

/// Repeats `call` for as long as a signal interrupts it, and throws what else it reports.
@discardableResult
func checked<Result: SignedInteger>(
    _ operation: String, _ path: String, _ role: SystemFailure.Role, _ call: () -> Result
) throws(SystemFailure) -> Result {
    while true {
        let result = call()
        if result >= 0 { return result }
        guard errno == EINTR else { throw .last(operation, path, role) }
    }
}
