import Glibc

/// The processors this process may use, which on a shared machine are fewer than it has.
package enum AvailableProcessors {
    /// Those its affinity allows, but no more than the quota of its control groups pays for.
    package static var count: Int {
        let allowed = affinity ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        guard let quota = ControlGroups.processors() else { return max(1, allowed) }
        return max(1, min(allowed, Int(quota.rounded(.down))))
    }

    /// The bits of the mask `Cpus_allowed`, in hexadecimal with commas; nil where none is shown.
    private static var affinity: Int? {
        let line = KernelFile.lines("/proc/self/status").first { $0.hasPrefix("Cpus_allowed:") }
        guard let line else { return nil }
        let digits = line.dropFirst("Cpus_allowed:".count).compactMap { $0.hexDigitValue }
        let count = digits.reduce(0) { $0 + $1.nonzeroBitCount }
        return count > 0 ? count : nil
    }
}
