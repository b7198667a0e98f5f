import CProcessor

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
        let spare = [machine, ControlGroups.spareMemory()].compactMap { $0 }.min()
        return spare.map { resident() + $0 / 10 * 9 }
    }

    private static func status(_ name: String) -> Int? { number(of: name, in: "/proc/self/status") }

    /// The value of a line `name: n kB`, in bytes.
    private static func number(of name: String, in path: String) -> Int? {
        for line in KernelFile.lines(path) where line.hasPrefix(name + ":") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            if words.count >= 2, let kibibytes = Int(words[1]) { return kibibytes << 10 }
        }
        return nil
    }
}
