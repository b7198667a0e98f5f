import CProcessor
import Storage

/// What memory this process has, and what it may still get.
package enum ProcessMemory {
    /// Bytes in memory now, after what was freed has been given back to the system.
    package static func resident() -> Int {
        processor_release_free_memory()
        return status("VmRSS") ?? 0
    }

    /// The most bytes that ever were in memory at once.
    package static func peak() -> Int { status("VmHWM") ?? 0 }

    /// Bytes this process may have in memory in all: what it has, and nine tenths of what the
    /// machine and the control groups it is in have to spare; nil if neither can be told.
    package static func available() -> Int? {
        let machine = number(of: "MemAvailable", in: "/proc/meminfo")
        let spare = ([machine].compactMap { $0 } + controlGroups().compactMap(spare)).min()
        return spare.map { resident() + $0 / 10 * 9 }
    }

    private static func status(_ name: String) -> Int? { number(of: name, in: "/proc/self/status") }

    /// The value of a line `name: n kB`, in bytes.
    private static func number(of name: String, in path: String) -> Int? {
        for line in lines(path) where line.hasPrefix(name + ":") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.count >= 2, let kibibytes = Int(words[1]) { return kibibytes << 10 }
        }
        return nil
    }

    /// The control group of this process and those around it (cgroup v2).
    private static func controlGroups() -> [String] {
        guard let line = lines("/proc/self/cgroup").first(where: { $0.hasPrefix("0::/") })
        else { return [] }
        let names = line.dropFirst(4).split(separator: "/")
        return (0...names.count).map { depth in
            (["/sys/fs/cgroup"] + names.prefix(depth).map(String.init)).joined(separator: "/")
        }
    }

    /// What a control group may still take; files it has cached can be dropped.
    private static func spare(_ group: String) -> Int? {
        guard let limit = integer(group + "/memory.max"),
            let current = integer(group + "/memory.current")
        else { return nil }
        let cached = lines(group + "/memory.stat").first { $0.hasPrefix("inactive_file ") }
            .flatMap { Int($0.dropFirst("inactive_file ".count)) }
        return max(0, limit - current + (cached ?? 0))
    }

    private static func integer(_ path: String) -> Int? { lines(path).first.flatMap { Int($0) } }

    private static func lines(_ path: String) -> [String] {
        guard let bytes = try? Files.read(path: path, limit: 1 << 20) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
