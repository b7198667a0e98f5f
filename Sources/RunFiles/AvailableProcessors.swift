import Glibc
import Storage

/// The processors this process may use, which on a shared machine are fewer than it has.
enum AvailableProcessors {
    /// Those its affinity allows, but no more than the quota of its control groups pays for.
    static var count: Int {
        let allowed = affinity ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        guard let quota = ControlGroups.processors() else { return max(1, allowed) }
        return max(1, min(allowed, Int(quota.rounded(.down))))
    }

    /// The bits of the mask `Cpus_allowed`, in hexadecimal with commas; nil where none is shown.
    private static var affinity: Int? {
        let status = read("/proc/self/status")?.split(separator: "\n") ?? []
        guard let line = status.first(where: { $0.hasPrefix("Cpus_allowed:") }) else { return nil }
        let digits = line.dropFirst("Cpus_allowed:".count).compactMap { $0.hexDigitValue }
        let count = digits.reduce(0) { $0 + $1.nonzeroBitCount }
        return count > 0 ? count : nil
    }
}

/// Limits of processor time on this process's control groups (Linux's `cgroups(7)`).
package enum ControlGroups {
    /// The processors that the tightest limit pays for; nil if there is none.
    ///
    /// `root` holds the files that the kernel shows under `/`.
    package static func processors(root: String = "") -> Double? {
        guard let groups = read("\(root)/proc/self/cgroup") else { return nil }
        var quotas: [Double] = []
        for line in groups.split(separator: "\n") {
            // hierarchy:controllers:path, as in `0::/user.slice`.
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let isUnified = fields[1].isEmpty
            guard isUnified || fields[1].split(separator: ",").contains("cpu") else { continue }
            let mount = "\(root)/sys/fs/cgroup" + (isUnified ? "" : "/\(fields[1])")
            quotas += ancestors(of: String(fields[2])).compactMap { group in
                isUnified ? unifiedQuota(mount + group) : separateQuota(mount + group)
            }
        }
        return quotas.min()
    }

    /// `max 100000` or `150000 100000`: microseconds of processor time a period, and the period.
    private static func unifiedQuota(_ directory: String) -> Double? {
        let words = read(directory + "/cpu.max")?.split { $0 == " " || $0 == "\n" } ?? []
        return words.count == 2 ? quota(words[0], words[1]) : nil
    }

    /// The same in two files, −1 for no limit.
    private static func separateQuota(_ directory: String) -> Double? {
        guard let quota = read(directory + "/cpu.cfs_quota_us"),
            let period = read(directory + "/cpu.cfs_period_us")
        else { return nil }
        return self.quota(quota.prefix { $0 != "\n" }, period.prefix { $0 != "\n" })
    }

    private static func quota(_ time: Substring, _ period: Substring) -> Double? {
        guard let time = Double(time), let period = Double(period), time > 0, period > 0
        else { return nil }
        return time / period
    }

    /// The group itself and those above it, each without a slash at its end.
    private static func ancestors(of group: String) -> [String] {
        let names = group.split(separator: "/")
        return (0...names.count).map { names.prefix($0).map { "/" + $0 }.joined() }
    }
}

/// A small file of the kernel's; nil if it cannot be read.
private func read(_ path: String) -> String? {
    guard let bytes = try? Files.read(path: path, limit: 65_536) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
}
