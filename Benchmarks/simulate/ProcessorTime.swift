import Glibc

/// The processor time of a thread: what its work took, whatever else the machine did.
struct ProcessorTime: Sendable {
    /// Seconds since the thread began.
    let seconds: Double

    /// The time of this thread now.
    static var now: ProcessorTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return ProcessorTime(seconds: Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9)
    }

    /// Seconds from an earlier time to this.
    static func - (later: ProcessorTime, earlier: ProcessorTime) -> Double {
        later.seconds - earlier.seconds
    }
}
