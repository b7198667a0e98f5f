import ArgumentParser
import Encodings
import Glibc
package import Storage

/// Files as people name them on a command line: a path, or `-` for a standard stream.
package enum Operand {
    /// Whether the operand is a standard stream.
    package static func isStream(_ operand: String) -> Bool { operand == "-" }

    /// What messages call the operand.
    package static func name(_ operand: String) -> String {
        isStream(operand) ? "standard input" : operand
    }

    /// A stream of the operand's bytes.
    package static func source(_ operand: String) throws -> FileSource {
        isStream(operand)
            ? FileSource(descriptor: STDIN_FILENO, name: name(operand))
            : try FileSource(path: operand)
    }

    /// All bytes of the operand, of which there may be at most `limit`.
    package static func read(_ operand: String, limit: Int) throws -> [UInt8] {
        guard isStream(operand) else { return try Files.read(path: operand, limit: limit) }
        var source = try source(operand)
        guard let bytes = try source.readToEnd(limit: limit) else {
            throw MalformedInput(
                "expected at most \(limit) bytes, found more", in: name(operand))
        }
        return bytes
    }

    /// Writes text for people or programs to standard output.
    package static func print(_ text: String) throws {
        var sink = standardOutput
        try sink.write(Array("\(text)\n".utf8))
    }

    /// Writes `bytes` to the file `output`, atomically, or to standard output if there is none.
    ///
    /// A file that already holds these bytes is left alone.
    package static func write(_ bytes: [UInt8], to output: String?) throws {
        guard let output, !isStream(output) else {
            var sink = standardOutput
            try sink.write(bytes)
            return
        }
        if let old = try? Files.read(path: output, limit: bytes.count), old == bytes { return }
        try StopSignals.held { try Files.writeAtomically(path: output, bytes) }
    }

    /// Refuses operands of which more than one is standard input.
    package static func expectOneStream(_ operands: [String?]) throws {
        guard operands.filter({ $0 == "-" }).count <= 1 else {
            throw ValidationError("standard input can be one operand only")
        }
    }

    /// Refuses an output that cannot be created, before any work is done for it.
    package static func expectWritable(_ output: String?) throws {
        guard let output, !isStream(output) else { return try refuseBinaryOnTerminal(output) }
        try StopSignals.held { _ = try AtomicFile(creating: output) }
    }

    /// Refuses to fill a terminal with binary data, unless `-` asked for it.
    package static func refuseBinaryOnTerminal(_ output: String?) throws {
        guard output == nil, isatty(STDOUT_FILENO) == 1 else { return }
        throw Failure(
            .usage, "standard output is a terminal", hint: "give -o FILE, or -o - to insist")
    }

    /// Standard output, checked.
    package static var standardOutput: DescriptorSink {
        DescriptorSink(descriptor: STDOUT_FILENO, name: "standard output")
    }
}
