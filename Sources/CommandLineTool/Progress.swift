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

    /// Shows `done` of `total` units of work, the `note` or how many a second, and the time left, at
    /// most ten times a second.
    package mutating func update(_ label: String, done: Int, of total: Int, note: String = "") {
        guard enabled else { return }
        let now = Progress.seconds()
        guard done == total || now - lastDrawn >= 0.1 else { return }
        lastDrawn = now
        let (seconds, here) = (now - started, done - doneBefore)
        let left = Progress.timeLeft(done: here, of: total - doneBefore, after: seconds)
        let rate = Progress.rate(done: here, after: seconds).map { ", \($0)/s" } ?? ""
        let tail = note.isEmpty ? rate : ", \(note)"
        let line = "\(label) \(done)/\(total)\(tail)" + (left.map { ", \($0) left" } ?? "")
        // A line that wraps could not be replaced.
        Terminal.redraw(String(line.prefix(Terminal.width - 1)))
    }

    /// The time the rest takes at the speed so far; nil before anything is known.
    package static func timeLeft(done: Int, of total: Int, after seconds: Double) -> TimeSpan? {
        guard done > 0, seconds.isFinite else { return nil }
        let left = seconds / Double(done) * Double(total - done)
        return TimeSpan(seconds: Int(min(max(left, 0), 1e9).rounded(.up)))
    }

    /// Units a second so far, to three figures or so; nil before anything is known.
    package static func rate(done: Int, after seconds: Double) -> String? {
        guard done > 0, seconds > 0, seconds.isFinite else { return nil }
        let rate = Double(done) / seconds
        return Decimal.text(rate, places: rate < 10 ? 2 : rate < 100 ? 1 : 0)
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
