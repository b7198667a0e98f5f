import Foundation
import Testing

/// Every input of every command, damaged in every way: one line of error, nothing left behind.
@Suite("Damaged inputs")
struct DamagedInputTests {
    @Test("of nous-shard", arguments: shard)
    func shardInput(input: Input) throws { try check(input) }

    @Test("of nous-train", arguments: train)
    func trainInput(input: Input) throws { try check(input) }

    @Test("of nous-merge", arguments: merge)
    func mergeInput(input: Input) throws { try check(input) }

    @Test("of nous-verify", arguments: verify)
    func verifyInput(input: Input) throws { try check(input) }

    @Test("of nous-ledger", arguments: ledger)
    func ledgerInput(input: Input) throws { try check(input) }

    /// An input file of a command, with its limits.
    struct Input: CustomTestStringConvertible {
        let command: String
        let file: String
        /// The status of every refusal.
        var status: Int32 = 65
        /// The most bytes the file may have.
        var limit = 1 << 36
        /// A file of another kind.
        var other = "anna.json"

        /// The words before the first option, and the file.
        var testDescription: String {
            let words = command.split(separator: " ").prefix { !$0.hasPrefix("-") }
            return "\(words.joined(separator: " ")): \(file)"
        }
    }

    /// A way to damage a file.
    enum Damage: CaseIterable {
        case truncated, flipped, wrongKind, oversized, empty
    }

    private func damage(
        _ file: URL, _ whole: Data, _ damage: Damage, limit: Int, other: Data
    ) throws {
        switch damage {
        case .truncated: try whole.prefix(whole.count * 3 / 5).write(to: file)
        case .flipped:
            var bytes = whole
            bytes[bytes.count / 2] ^= 0x80
            try bytes.write(to: file)
        case .wrongKind: try other.write(to: file)
        case .oversized:
            let handle = try FileHandle(forWritingTo: file)
            try handle.truncate(atOffset: UInt64(limit) + 1)
            try handle.close()
        case .empty: try Data().write(to: file)
        }
    }

    private func check(_ input: Input) throws {
        let transcript = try SmallRun.copy()
        defer { transcript.remove() }
        let name = try transcript.run("ls -d \(input.file) | head -1")
        let file = transcript.directory.appending(path: name)
        let other = try Data(contentsOf: transcript.directory.appending(path: input.other))
        let whole = try Data(contentsOf: file)
        for damage in Damage.allCases {
            try self.damage(file, whole, damage, limit: input.limit, other: other)
            try expectRefusal(of: input, named: name, by: transcript, "\(damage)")
            try whole.write(to: file)
        }
    }

    private func expectRefusal(
        of input: Input, named file: String, by transcript: CommandTranscript, _ damage: String
    ) throws {
        let before = try files(transcript)
        let result = try transcript.execute(input.command)
        let told = "\(damage) '\(file)': $ \(input.command)\n\(result)"
        let tool = input.command.split(separator: " ")[0]
        let line = result.errors.first ?? ""
        #expect(result.status == input.status, "\(told)")
        #expect(result.output.isEmpty, "\(told)")
        #expect(line.hasPrefix("\(tool): error: "), "\(told)")
        #expect(line.contains(file.split(separator: "/").last ?? ""), "\(told)")
        #expect(result.errors.count <= 2, "\(told)")
        #expect(result.errors.dropFirst().allSatisfy { $0.hasPrefix("hint: ") }, "\(told)")
        #expect(try files(transcript) == before, "\(told)")
    }

    /// Every file with its size, time and place on the device.
    private func files(_ transcript: CommandTranscript) throws -> String {
        try transcript.run("find . -type f -printf '%p %s %T@ %i\\n' -o -printf '%p\\n' | sort")
    }
}
