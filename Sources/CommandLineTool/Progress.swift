import Glibc

/// One line on standard error that follows long work; silent unless that is a terminal.
package struct Progress {
    private let enabled: Bool
    private let started: Double
    private var lastDrawn: Double = 0

    /// Progress that shows only on a terminal and only if not `quiet`.
    package init(quiet: Bool) {
        enabled = !quiet && Terminal.isInteractive
        started = Progress.seconds()
    }

    /// Shows `done` of `total` units of work and the time left, at most ten times a second.
    package mutating func update(_ label: String, done: Int, of total: Int, note: String = "") {
        guard enabled else { return }
        let now = Progress.seconds()
        guard done == total || now - lastDrawn >= 0.1 else { return }
        lastDrawn = now
        let elapsed = now - started
        let left = done > 0 ? elapsed / Double(done) * Double(total - done) : 0
        let tail = note.isEmpty ? "" : ", \(note)"
        Terminal.redraw("\(label) \(done)/\(total)\(tail), \(Int(left.rounded())) s left")
    }

    /// Clears the line.
    package func finish() {
        if enabled && lastDrawn > 0 { Terminal.redraw("") }
    }

    /// Monotonic time in seconds.
    package static func seconds() -> Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
