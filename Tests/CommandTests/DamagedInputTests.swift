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
        /// A file of another kind, or its text.
        var other = "anna.json"
        /// The ways of damage that still leave a valid input.
        var harmless: Set<Damage> = []

        /// The words before the first option, and the file.
        var testDescription: String {
            let words = command.split(separator: " ").prefix { !$0.hasPrefix("-") }
            return "\(words.joined(separator: " ")): \(file)"
        }
    }

    /// A way to damage a file.
    enum Damage: CaseIterable {
        case truncated, flipped, wrongKind, oversized, empty

        /// The command of the shell that does it; `$F` is the file.
        func shell(_ input: Input) -> String {
            switch self {
            case .truncated: "truncate -s $(($(stat -c %s $F) * 3 / 5)) $F"
            case .flipped:
                "at=$(($(stat -c %s $F) / 2)); byte=$(od -An -tu1 -j $at -N 1 $F);"
                    + " printf \"\\\\x$(printf %x $((byte ^ 128)))\" |"
                    + " dd of=$F bs=1 seek=$at conv=notrunc status=none"
            case .wrongKind: "cat \(input.other) > $F"
            case .oversized: "truncate -s $((\(input.limit) + 1)) $F"
            case .empty: ": > $F"
            }
        }
    }

    private func check(_ input: Input) throws {
        for damage in Damage.allCases where !input.harmless.contains(damage) {
            let transcript = try SmallRun.copy()
            defer { transcript.remove() }
            let file = try transcript.run("ls -d \(input.file) | head -1")
            try #require(try transcript.run("F=\(file); \(damage.shell(input))").isEmpty)
            let before = try files(transcript)
            let result = try transcript.execute(input.command)
            let told = "\(damage) '\(file)': $ \(input.command)\n\(result)"
            #expect(result.status == input.status, "\(told)")
            #expect(result.output.isEmpty, "\(told)")
            let tool = input.command.split(separator: " ")[0]
            let name = file.split(separator: "/").last ?? ""
            #expect(result.errors.first?.hasPrefix("\(tool): error: ") == true, "\(told)")
            #expect(result.errors.first?.contains(name) == true, "\(told)")
            #expect(result.errors.dropFirst().allSatisfy { $0.hasPrefix("hint: ") }, "\(told)")
            #expect(result.errors.count <= 2, "\(told)")
            #expect(try files(transcript) == before, "\(told)")
        }
    }

    /// Every file with its size, time and place on the device.
    private func files(_ transcript: CommandTranscript) throws -> String {
        try transcript.run("find . -type f -printf '%p %s %T@ %i\\n' -o -printf '%p\\n' | sort")
    }
}
