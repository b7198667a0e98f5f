import Glibc

/// Polite requests to stop: SIGTERM, SIGINT, SIGUSR1 and SIGHUP, asked for between steps of work.
///
/// The signals stay blocked, so nothing is ever interrupted half-way and no handler exists.
package struct StopSignals {
    /// Blocks the signals in this thread and every thread it starts later.
    package init() {
        var set = StopSignals.set
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// The name of a pending request to stop, if there is one.
    package func pending() -> String? {
        var set = StopSignals.set
        var none = timespec()
        switch unsafe sigtimedwait(&set, nil, &none) {
        case SIGTERM: return "SIGTERM"
        case SIGINT: return "SIGINT"
        case SIGUSR1: return "SIGUSR1"
        case SIGHUP: return "SIGHUP"
        default: return nil
        }
    }

    /// Does `body` whole before such a request ends the command, so that no half-written file
    /// is left; threads that `body` starts never take the request on themselves.
    package static func held<Value>(while body: () throws -> Value) rethrows -> Value {
        var set = StopSignals.set
        var before = sigset_t()
        unsafe pthread_sigmask(SIG_BLOCK, &set, &before)
        defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }

    private static var set: sigset_t {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        unsafe sigaddset(&set, SIGUSR1)
        if !ignoresHangup { unsafe sigaddset(&set, SIGHUP) }
        return set
    }

    /// Whether `nohup` started the command: a signal that is blocked would arrive all the same.
    private static var ignoresHangup: Bool {
        var action = sigaction()
        unsafe sigaction(SIGHUP, nil, &action)
        let handler = unsafe action.__sigaction_handler.sa_handler
        let ignored = SIG_IGN
        return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(ignored, to: Int.self)
    }
}
