import Glibc

/// One line on standard error that follows long work; silent unless that is a terminal.
package struct Progress {
    private let enabled: Bool
    private let started: Double
    /// The units that were done before this process began, which say nothing about its speed.
    private let doneBefore: Int
    private var lastDrawn: Double = 0

    /// Progress that shows only on a terminal and only if not `quiet`.
    package init(quiet: Bool, doneBefore: Int = 0) {
        enabled = !quiet && Terminal.isInteractive
        started = Progress.seconds()
        self.doneBefore = doneBefore
    }

    /// Shows `done` of `total` units of work and the time left, at most ten times a second.
    package mutating func update(_ label: String, done: Int, of total: Int, note: String = "") {
        guard enabled else { return }
        let now = Progress.seconds()
        guard done == total || now - lastDrawn >= 0.1 else { return }
        lastDrawn = now
        let left = Progress.timeLeft(
            done: done - doneBefore, of: total - doneBefore, after: now - started)
        let tail = note.isEmpty ? "" : ", \(note)"
        let line = "\(label) \(done)/\(total)\(tail)" + (left.map { ", \($0) left" } ?? "")
        // A line that wraps could not be replaced.
        Terminal.redraw(String(line.prefix(Terminal.width - 1)))
    }

    /// The time the rest takes at the speed so far; nil before anything is known.
    static func timeLeft(done: Int, of total: Int, after seconds: Double) -> TimeSpan? {
        guard done > 0, seconds.isFinite else { return nil }
        let left = seconds / Double(done) * Double(total - done)
        return TimeSpan(seconds: Int(min(max(left, 0), 1e9).rounded(.up)))
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
