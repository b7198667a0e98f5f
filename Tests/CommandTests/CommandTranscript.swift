import Foundation
import Testing

/// Runs commands as a person would type them, in a directory of its own, and compares what they
/// print.
///
/// A transcript is prose; indented by two spaces `$ command`, then its output (standard error
/// too), then `[status]` unless it is 0. `...` stands for any text within a line.
struct CommandTranscript {
    let directory: URL

    /// An empty directory.
    init() throws {
        directory = FileManager.default.temporaryDirectory
            .appending(path: "nous-transcript-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }

    /// Plays a transcript and records an issue where it differs.
    func play(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var position = lines.startIndex
        while position < lines.endIndex {
            defer { position += 1 }
            guard lines[position].hasPrefix("  $ ") else { continue }
            let command = String(lines[position].dropFirst(4))
            var expected: [String] = []
            while position + 1 < lines.endIndex, lines[position + 1].hasPrefix("  "),
                !lines[position + 1].hasPrefix("  $ ")
            {
                position += 1
                expected.append(String(lines[position].dropFirst(2)))
            }
            let found = try run(command).split(separator: "\n", omittingEmptySubsequences: false)
            let agrees =
                found.count == max(1, expected.count)
                && zip(expected + [""], found).allSatisfy { Self.matches(String($1), $0) }
            #expect(
                agrees, "$ \(command)\n\(found.joined(separator: "\n"))",
                sourceLocation: sourceLocation)
        }
    }

    /// Whether a line is the pattern, in which `...` is any text.
    private static func matches(_ line: String, _ pattern: String) -> Bool {
        let parts = pattern.components(separatedBy: "...")
        guard parts.count > 1 else { return line == pattern }
        guard line.hasPrefix(parts[0]), line.hasSuffix(parts[parts.count - 1]) else { return false }
        var rest = line.dropFirst(parts[0].count)
        for part in parts.dropFirst().dropLast() {
            guard let range = rest.range(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }

    /// What a command prints, and its status if it is not 0.
    func run(_ command: String) throws -> String {
        let result = try execute("{ \(command)\n} 2>&1")
        var lines = result.output
        if lines.hasSuffix("\n") { lines.removeLast() }
        guard result.status != 0 else { return lines }
        return lines + (lines.isEmpty ? "" : "\n") + "[\(result.status)]"
    }

    /// What a command left behind.
    struct Result {
        /// The exit status; 128 and the number of a signal.
        let status: Int32
        /// Standard output.
        let output: String
        /// The lines of standard error.
        let errors: [String]
    }

    /// Runs a command of bash with empty standard input.
    func execute(_ command: String) throws -> Result {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", command]
        process.currentDirectoryURL = directory
        process.environment = [
            "PATH": "\(Self.tools):/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C",
            "SWIFT_BACKTRACE": "enable=no",
        ]
        // Files, since a pipe that nobody reads would fill up.
        let files = [directory.path + ".out", directory.path + ".err"]
        for file in files { try Data().write(to: URL(filePath: file)) }
        defer { for file in files { try? FileManager.default.removeItem(atPath: file) } }
        process.standardOutput = FileHandle(forWritingAtPath: files[0])
        process.standardError = FileHandle(forWritingAtPath: files[1])
        process.standardInput = FileHandle.nullDevice
        try Self.withoutBlockedSignals { try process.run() }
        process.waitUntilExit()
        let texts = try files.map {
            String(decoding: try Data(contentsOf: URL(filePath: $0)), as: UTF8.self)
        }
        let signal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
        return Result(
            status: signal + process.terminationStatus, output: texts[0],
            errors: texts[1].split(separator: "\n").map(String.init))
    }

    /// Threads of tests block signals, and commands would inherit that.
    private static func withoutBlockedSignals(_ start: () throws -> Void) rethrows {
        var (none, before) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { _ = unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try start()
    }

    /// The directory the tools were built into.
    private static var tools: String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path
    }
}
