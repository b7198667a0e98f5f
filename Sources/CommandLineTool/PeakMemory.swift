import Glibc

/// The most memory this process has held at once.
package enum PeakMemory {
    /// Bytes resident at the peak, as the kernel counts them.
    package static var bytes: Int {
        var usage = rusage()
        unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1_024
    }
}
