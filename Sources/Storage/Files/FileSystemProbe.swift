import Dispatch
import Glibc
import Synchronization

/// Tries out what a ledger needs of the file system that a directory is on.
package struct FileSystemProbe {
    /// The file that is locked to try out locks; of a name that readers of a ledger pass over.
    package static let lockName = ".nous-doctor.tmp"

    /// What was tried, and how it went.
    package struct Finding: Sendable {
        /// What, in a word.
        package let subject: String
        /// Whether a ledger can rely on it.
        package let isGood: Bool
        /// How it went, in words.
        package let words: String

        /// A finding.
        package init(_ subject: String, isGood: Bool, _ words: String) {
            self.subject = subject
            self.isGood = isGood
            self.words = words
        }
    }

    private static let timedWrites = 9
    private static let replacements = 500
    /// More of them where replacing is quick, until the other thread has looked as often as this.
    private static let looks = 100
    /// Though no more than these: it may get no processor at all.
    private static let mostReplacements = 100_000
    private static let leastFreeBytes: UInt64 = 1 << 26

    private let directory: String

    /// A probe of an existing directory, in which it makes and removes files of its own.
    package init(_ directory: String) { self.directory = directory }

    private var lockPath: String { Files.join(directory, Self.lockName) }
    private var filePath: String { Files.join(directory, ".nous-doctor-\(getpid()).tmp") }

    /// Everything that one process can find out; of the files made for it the lock stays.
    package func findings() throws -> [Finding] {
        defer { try? Files.remove(filePath) }
        return [mount(), try space(), try durability(), try replacement(), try lock()]
    }

    /// Takes the lock, and throws `Busy` if another process, here or elsewhere, has it.
    package func holdLock(timeoutSeconds: Int = 0) throws -> FileLock {
        try FileLock(locking: lockPath, timeoutSeconds: timeoutSeconds)
    }

    /// Removes the file that is locked, which only who holds the lock may do.
    package func removeLock() throws { try Files.remove(lockPath) }

    private func space() throws -> Finding {
        var status = statvfs()
        try checked("examine", directory, .output) { unsafe statvfs(directory, &status) }
        let free = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        let bytes = free.overflow ? UInt64.max : free.partialValue
        let files = UInt64(status.f_favail)
        // A file system that does not count its files says that it has none in all.
        return Finding(
            "space", isGood: bytes >= Self.leastFreeBytes && (files > 0 || status.f_files == 0),
            "\(bytes >> 20) MiB and \(status.f_files == 0 ? "any number of" : "\(files)") files free"
        )
    }

    /// Writes files as a ledger does: the content durable before the name, the name before going on.
    private func durability() throws -> Finding {
        let clock = ContinuousClock()
        let bytes = [UInt8](repeating: 7, count: 1 << 13)
        let times = try (0..<Self.timedWrites).map { _ in
            try clock.measure { try Files.writeAtomically(path: filePath, bytes) }
        }.sorted()
        let isSame = try Files.read(path: filePath, limit: bytes.count) == bytes
        let milliseconds = times[times.count / 2] / .milliseconds(1)
        let tenths = Int((milliseconds * 10).rounded())
        return Finding(
            "fsync", isGood: isSame,
            isSame
                ? "a durable file takes \(tenths / 10).\(tenths % 10) ms (median of \(times.count))"
                : "what is read is not what was written")
    }

    /// Replaces a file again and again, and looks whether another thread ever misses it.
    private func replacement() throws -> Finding {
        let isOver = Atomic(false)
        let missed = Atomic(0)
        let looks = Atomic(0)
        let replaced = Atomic(0)
        let failure = Mutex<(any Error)?>(nil)
        DispatchQueue.concurrentPerform(iterations: 2) { role in
            guard role == 0 else {
                while !isOver.load(ordering: .acquiring) {
                    looks.add(1, ordering: .relaxed)
                    if !Files.exists(filePath) { missed.add(1, ordering: .relaxed) }
                }
                return
            }
            defer { isOver.store(true, ordering: .releasing) }
            do {
                for number in 0..<Self.mostReplacements {
                    guard
                        number < Self.replacements
                            || looks.load(ordering: .relaxed) < Self.looks
                    else { break }
                    replaced.store(number + 1, ordering: .relaxed)
                    let temporary = String(filePath.dropLast(4)) + "-\(number & 1).tmp"
                    let file = try OpenFile(
                        opening: temporary, O_WRONLY | O_CREAT | O_NOFOLLOW, role: .output)
                    _ = file
                    try checked("rename", filePath, .output) {
                        unsafe rename(temporary, filePath)
                    }
                }
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        let count = missed.load(ordering: .relaxed)
        return Finding(
            "rename", isGood: count == 0,
            count == 0
                ? "\(replaced.load(ordering: .relaxed)) replacements, none seen half done in"
                    + " \(looks.load(ordering: .relaxed)) looks"
                : "a file was missing \(count) times while it was replaced")
    }

    private func lock() throws -> Finding {
        let held = try holdLock()
        var isExclusive = false
        do { _ = try holdLock() } catch is Busy { isExclusive = true }
        _ = consume held
        return Finding(
            "lock", isGood: isExclusive,
            isExclusive ? "one at a time takes it" : "two take the same lock at once")
    }

    /// What kind of file system it is, and whether its kind or its options are known to break locks.
    private func mount() -> Finding {
        let table = (try? Files.read(path: "/proc/self/mountinfo", limit: 1 << 22)) ?? []
        let path = (try? Files.resolve(directory)) ?? directory
        let best = String(decoding: table, as: UTF8.self).split(separator: "\n")
            .compactMap(MountPoint.init)
            .filter { path == $0.path || $0.path == "/" || path.hasPrefix($0.path + "/") }
            .reversed().max { $0.path.utf8.count < $1.path.utf8.count }
        guard let best else { return Finding("mount", isGood: true, "of an unknown kind") }
        return Finding(
            "mount", isGood: best.objection == nil,
            "\(best.kind) at \(best.path)" + (best.objection.map { ": \($0)" } ?? ""))
    }
}

/// A line of /proc/self/mountinfo (proc(5)).
struct MountPoint {
    let path: String
    let kind: String
    let options: [Substring]

    init?(_ line: Substring) {
        let halves = line.split(separator: " - ", maxSplits: 1)
        guard halves.count == 2 else { return nil }
        let (first, second) = (halves[0].split(separator: " "), halves[1].split(separator: " "))
        guard first.count > 5, second.count > 2 else { return nil }
        path = String(first[4]).replacing("\\040", with: " ")
        kind = String(second[0])
        options = (first[5] + "," + second[2]).split(separator: ",")
    }

    /// Why a ledger with writers on several hosts, or after a power cut, cannot rely on it.
    var objection: String? {
        if kind.hasPrefix("nfs"),
            options.contains(where: {
                $0 == "nolock" || $0 == "local_lock=flock" || $0 == "local_lock=all"
            })
        {
            return "locks are seen on this host alone"
        }
        if kind == "lustre", !options.contains("flock") {
            return "locks need the mount option flock"
        }
        if kind == "tmpfs" || kind == "ramfs" { return "nothing is kept when the machine stops" }
        return nil
    }
}
