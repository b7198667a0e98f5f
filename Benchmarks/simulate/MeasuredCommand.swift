import CommandLineTool
import Foundation
import Storage

/// What a command took.
struct Measurement: Sendable {
    /// Seconds from its start to its end, and of processors.
    let seconds, processor: Double
    /// The most memory that it had, in megabytes.
    let peak: Double
    /// The bytes that it printed.
    let printed: Int
}

/// A directory in which the tools are run and measured.
struct Workshop {
    /// The directory.
    let path: String
    /// Where the tools are.
    let tools: String

    /// An empty workshop.
    init(path: String, tools: String) throws {
        try? Files.removeTree(path)
        try Files.makeDirectory(path)
        self.path = try Files.resolve(path)
        self.tools = try Files.resolve(tools)
    }

    /// Runs a tool, whose output goes to the file `output`; it must succeed.
    func measure(
        _ tool: String, _ arguments: [String], to output: String = "output"
    ) throws -> Measurement {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/time")
        process.arguments =
            ["-f", "%e %U %S %M", "-o", file("usage"), Files.join(tools, tool)] + arguments
        process.currentDirectoryURL = URL(filePath: path)
        process.environment = ["LC_ALL": "C", "SWIFT_BACKTRACE": "enable=no"]
        process.standardOutput = try handle(output)
        process.standardError = try handle("errors")
        try process.run()
        process.waitUntilExit()
        let errors = String(decoding: try bytes(of: "errors"), as: UTF8.self)
        guard process.terminationStatus == 0 else {
            throw Failure(
                .internalError,
                "\(tool) \(arguments.prefix(2).joined(separator: " ")) ended with status"
                    + " \(process.terminationStatus): \(errors)")
        }
        let usage = String(decoding: try bytes(of: "usage"), as: UTF8.self)
            .split { $0 == " " || $0 == "\n" }.compactMap { Double($0) }
        guard usage.count == 4 else {
            throw Failure(.internalError, "/usr/bin/time printed \(usage.count) numbers, not 4")
        }
        return Measurement(
            seconds: usage[0], processor: usage[1] + usage[2], peak: usage[3] * 1_024 / 1e6,
            printed: try bytes(of: output).count)
    }

    /// Writes a file.
    func write(_ name: String, _ bytes: [UInt8]) throws {
        try Files.writeAtomically(path: file(name), bytes)
    }

    /// The bytes of a file.
    func bytes(of name: String) throws -> [UInt8] {
        try Files.read(path: file(name), limit: 1 << 32)
    }

    private func file(_ name: String) -> String { Files.join(path, name) }

    private func handle(_ name: String) throws -> FileHandle {
        try Files.writeAtomically(path: file(name), [])
        return try FileHandle(forWritingTo: URL(filePath: file(name)))
    }
}
