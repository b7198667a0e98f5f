/// How long each kind of work takes, so that a command can end before its deadline.
package struct WorkClock {
    /// The kinds of work that a deadline must leave room for.
    package enum Work: Sendable {
        /// One step.
        case step
        /// Saving unfinished work.
        case save
        /// Evaluating one micro-batch.
        case evaluation
    }

    /// The deadline, counted from the start; none if there is no hurry.
    package let deadline: TimeSpan?
    private let started = Progress.seconds()
    private var longest: [Work: Double] = [:]

    /// A clock that starts now.
    package init(deadline: TimeSpan?) { self.deadline = deadline }

    /// Seconds since the start.
    package var elapsed: Double { Progress.seconds() - started }

    /// Whether work of this kind was done yet.
    package func knows(_ work: Work) -> Bool { longest[work] != nil }

    /// Notes that work of one kind began at `start` and ends now; gives its seconds.
    @discardableResult
    package mutating func note(_ work: Work, since start: Double) -> Double {
        let seconds = Progress.seconds() - start
        longest[work] = max(longest[work] ?? 0, seconds)
        return seconds
    }

    /// Whether all of `works` would end in time, each taking a tenth longer than ever so far.
    package func leavesTime(for works: Work...) -> Bool {
        guard let deadline else { return true }
        let needed = works.reduce(0.0) { $0 + 1.1 * (longest[$1] ?? 0) }
        return elapsed + needed < Double(deadline.seconds)
    }
}
