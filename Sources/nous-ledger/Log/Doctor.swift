import ArgumentParser
import CommandLineTool
import Encodings
import Foundation
import Storage

/// Tries out a file system.
struct Doctor: Tool {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Try out whether a directory's file system does what a ledger needs.",
        discussion: """
            Tried are locks, also from another process, files that are durable and replaced at \
            once, and free space. The exit status is 1 if something is not as it must be. For a \
            directory that several hosts share, hold the lock on one and look on the others:

              nous-ledger doctor shared --hold        on one host, until its standard input ends
              nous-ledger doctor shared --probe       on another: status 75 as long as it is held

            The file that is locked then, .nous-doctor.tmp, stays; readers of a ledger pass over it, \
            and its next writer removes it.

            Example:
              nous-ledger doctor ledger
            """)

    @Argument(help: ArgumentHelp("An existing directory.", valueName: "directory"))
    var directory: String

    @Flag(help: "Hold the lock until standard input ends.")
    var hold = false

    @Flag(help: "Only try the lock: status 75 if another process has it.")
    var probe = false

    @Flag(help: "Print one JSON object for each finding.")
    var json = false

    func validate() throws {
        guard !(hold && probe) else { throw ValidationError("--hold goes without --probe") }
    }

    func run() throws {
        guard Files.isDirectory(directory) else {
            throw Failure(.inputMissing, "'\(directory)' is no directory")
        }
        let checkup = FileSystemProbe(directory)
        if probe {
            let lock = try checkup.holdLock()
            _ = consume lock
            return try Operand.print("free")
        }
        if hold {
            let lock = try checkup.holdLock()
            try Operand.print("held")
            while readLine() != nil {}
            _ = consume lock
            return
        }
        var findings = try checkup.findings()
        findings.append(try otherProcess(checkup))
        for finding in findings { try print(finding) }
        if findings.contains(where: { !$0.isGood }) {
            throw ExitCode(ExitStatus.answerIsNo.rawValue)
        }
    }

    /// Whether another process sees the lock that this one holds.
    private func otherProcess(_ checkup: FileSystemProbe) throws -> FileSystemProbe.Finding {
        let lock = try checkup.holdLock()
        let other = Process()
        other.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        other.arguments = ["doctor", directory, "--probe"]
        (other.standardOutput, other.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        try other.run()
        other.waitUntilExit()
        try checkup.removeLock()
        _ = consume lock
        let words =
            switch other.terminationStatus {
            case ExitStatus.tryAgain.rawValue: "another process sees the lock"
            case ExitStatus.success.rawValue: "another process does not see the lock"
            case let status: "another process ended with status \(status)"
            }
        return FileSystemProbe.Finding(
            "process", isGood: other.terminationStatus == ExitStatus.tryAgain.rawValue, words)
    }

    private func print(_ finding: FileSystemProbe.Finding) throws {
        guard json else {
            let word = finding.isGood ? "ok" : "BAD"
            return try Operand.print("\(word)\t\(finding.subject)\t\(finding.words)")
        }
        let line: JSON = [
            "type": "finding", "subject": .string(finding.subject), "good": .bool(finding.isGood),
            "words": .string(finding.words),
        ]
        try Operand.print(line.orderedText)
    }
}
