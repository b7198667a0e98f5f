import Foundation
import RunFiles
import Testing

/// Limits on processor time and memory, read from a copy of what the kernel shows.
@Suite("Control groups") struct ControlGroupsTests {
    private func processors(_ files: [String: String]) throws -> Double? {
        try answer(files) { ControlGroups.processors(root: $0) }
    }

    private func spareMemory(_ files: [String: String]) throws -> Int? {
        try answer(files) { ControlGroups.spareMemory(root: $0) }
    }

    private func answer<Answer>(
        _ files: [String: String], _ ask: (String) -> Answer
    ) throws -> Answer {
        let root = FileManager.default.temporaryDirectory
            .appending(path: "nous-groups-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        for (path, text) in files {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        return ask(root.path)
    }

    @Test("of version 2 limit those below them")
    func unified() throws {
        let files = [
            "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
            "sys/fs/cgroup/a/cpu.max": "250000 100000\n",
        ]
        #expect(try processors(files) == 2.5)
    }

    @Test("in a container are the root of what it sees")
    func container() throws {
        let files = ["proc/self/cgroup": "0::/\n", "sys/fs/cgroup/cpu.max": "150000 100000\n"]
        #expect(try processors(files) == 1.5)
    }

    @Test("of version 1 have a controller of their own")
    func separate() throws {
        let files = [
            "proc/self/cgroup": "4:memory:/x\n3:cpu,cpuacct:/x\n",
            "sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_quota_us": "400000\n",
            "sys/fs/cgroup/cpu,cpuacct/x/cpu.cfs_period_us": "100000\n",
        ]
        #expect(try processors(files) == 4)
    }

    @Test("without a limit, or without any groups, limit nothing")
    func unlimited() throws {
        #expect(try processors([:]) == nil)
        #expect(
            try processors([
                "proc/self/cgroup": "1:cpu:/\n", "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            ]) == nil)
    }

    @Test("of version 2 leave what the tightest limit does, and what is cached")
    func unifiedMemory() throws {
        let files = [
            "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max": "max\n",
            "sys/fs/cgroup/a/b/memory.current": "600\n", "sys/fs/cgroup/a/memory.max": "1000\n",
            "sys/fs/cgroup/a/memory.current": "700\n",
            "sys/fs/cgroup/a/memory.stat": "anon 5\ninactive_file 50\n",
        ]
        #expect(try spareMemory(files) == 350)
    }

    @Test("of version 1 leave what their controller of memory does")
    func separateMemory() throws {
        let files = [
            "proc/self/cgroup": "4:memory:/x\n3:cpu,cpuacct:/x\n",
            "sys/fs/cgroup/memory/x/memory.limit_in_bytes": "1000\n",
            "sys/fs/cgroup/memory/x/memory.usage_in_bytes": "900\n",
            "sys/fs/cgroup/memory/x/memory.stat": "inactive_file 1\ntotal_inactive_file 30\n",
        ]
        #expect(try spareMemory(files) == 130)
        #expect(try spareMemory([:]) == nil)
    }
}
