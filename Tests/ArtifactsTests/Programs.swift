import Foundation
import TestFiles
import Testing

/// Runs a shell command in `directory` and returns what it printed; it must succeed.
///
/// The commands are `tar`, `zstd` and `sha256sum`: programs that we did not write and that
/// every Debian system has. A missing one fails the test.
@discardableResult
func shell(
    _ command: String, in directory: TemporaryDirectory,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-ec", command]
    process.currentDirectoryURL = URL(filePath: directory.path)
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(
        decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    try #require(
        process.terminationStatus == 0, "'\(command)' failed: \(text)",
        sourceLocation: sourceLocation)
    return text
}
