/// Limits on this process's control groups, of both versions (Linux's `cgroups(7)`).
///
/// `root` holds the files that the kernel shows under `/`.
package enum ControlGroups {
    /// The processors that the tightest limit pays for; nil if there is none.
    package static func processors(root: String = "") -> Double? {
        groups(of: "cpu", root).compactMap { group in
            group.isUnified ? unifiedQuota(group.directory) : separateQuota(group.directory)
        }.min()
    }

    /// The bytes that the tightest limit leaves to be taken; nil if there is none.
    ///
    /// Files that a group has cached can be dropped.
    package static func spareMemory(root: String = "") -> Int? {
        groups(of: "memory", root).compactMap { group in
            let (limit, current, cached) =
                group.isUnified
                ? ("memory.max", "memory.current", "inactive_file")
                : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            guard let limit = KernelFile.integer(group.directory + "/" + limit),
                let current = KernelFile.integer(group.directory + "/" + current)
            else { return nil }
            let spare = KernelFile.integer(cached, in: group.directory + "/memory.stat") ?? 0
            return max(0, limit - current + spare)
        }.min()
    }

    /// The groups this process is in and those around them that `controller` may limit.
    private static func groups(
        of controller: Substring, _ root: String
    ) -> [(directory: String, isUnified: Bool)] {
        KernelFile.lines(root + "/proc/self/cgroup").flatMap { line in
            // hierarchy:controllers:path, as in `0::/user.slice`.
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return [(directory: String, isUnified: Bool)]() }
            let isUnified = fields[1].isEmpty
            guard isUnified || fields[1].split(separator: ",").contains(controller) else {
                return []
            }
            let mount = root + "/sys/fs/cgroup" + (isUnified ? "" : "/\(fields[1])")
            let names = fields[2].split(separator: "/")
            return (0...names.count).map { depth in
                (mount + names.prefix(depth).map { "/" + $0 }.joined(), isUnified)
            }
        }
    }

    /// `max 100000` or `150000 100000`: microseconds of processor time a period, and the period.
    private static func unifiedQuota(_ directory: String) -> Double? {
        let words = KernelFile.lines(directory + "/cpu.max").first?.split(separator: " ") ?? []
        return words.count == 2 ? quota(Int(words[0]), Int(words[1])) : nil
    }

    /// The same in two files, −1 for no limit.
    private static func separateQuota(_ directory: String) -> Double? {
        quota(
            KernelFile.integer(directory + "/cpu.cfs_quota_us"),
            KernelFile.integer(directory + "/cpu.cfs_period_us"))
    }

    private static func quota(_ time: Int?, _ period: Int?) -> Double? {
        guard let time, let period, time > 0, period > 0 else { return nil }
        return Double(time) / Double(period)
    }
}
