import Foundation
import Testing

/// Kills or fails each system call that changes a file, in turn, with `strace`.
@Suite(
    "An append that is killed or fails at any write",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace"),
    .serialized)
struct LedgerCrashTests {
    static let calls = ["write", "fsync", "rename", "mkdir", "openat"]
    static let faults = ["signal=KILL", "error=ENOSPC"]

    @Test("leaves a ledger that readers accept, and the same append finishes it", arguments: calls)
    func everyCall(call: String) throws {
        let transcript = try CommandTranscript()
        defer { transcript.remove() }
        try LedgerRound.write(to: transcript)
        let append = "nous-ledger append L --operator-key operator.json *.contribution"
        #expect(try transcript.run("cp -r L old; \(append); mv L whole").isEmpty)
        for fault in Self.faults {
            var (number, failed) = (1, true)
            while failed {
                let inject = "strace -f -o trace -e inject=\(call):\(fault):when=\(number)"
                _ = try transcript.run("rm -rf L; cp -r old L; \(inject) \(append)")
                failed = try transcript.run("grep -q -e INJECTED -e SIGKILL trace && echo y") == "y"
                #expect(
                    try transcript.run("nous-ledger audit -q L > /dev/null") == "",
                    "\(call) \(number): \(fault)")
                #expect(
                    try transcript.run("\(append) 2>/dev/null; diff -r L whole")
                        == "", "\(call) \(number): \(fault)")
                number += 1
            }
            #expect(number > 2, "\(call) is called at least once")
        }
    }
}
