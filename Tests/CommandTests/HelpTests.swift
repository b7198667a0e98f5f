import Foundation
import Testing

/// What each command says about itself.
@Suite("Help")
struct HelpTests {
    static let commands = ["nous-shard", "nous-train", "nous-merge", "nous-verify", "nous-ledger"]

    @Test("prints the version on standard output", arguments: commands)
    func version(command: String) throws {
        let transcript = try CommandTranscript()
        defer { transcript.remove() }
        try transcript.play(
            """
              $ \(command) --version
              nous-tools ... (run v1, bundle v1, ledger v2, arithmetic 1)
              $ \(command) --version > /dev/full
              \(command): error: cannot write 'standard output': No space left on device
              [74]
            """)
    }

    @Test("explains every option, and shows an example, of every subcommand", arguments: commands)
    func help(command: String) throws {
        let transcript = try CommandTranscript()
        defer { transcript.remove() }
        let dump = try transcript.execute("\(command) --experimental-dump-help")
        let tree = try JSONDecoder().decode(Tree.self, from: Data(dump.output.utf8))
        for (path, node) in tree.command.all(under: "") {
            let help = try transcript.execute("\(path) --help")
            #expect(help.status == 0, "\(path) --help")
            #expect(help.errors.isEmpty, "\(path) --help")
            #expect(help.output.contains("Example:\n"), "\(path) --help")
            #expect(help.output.contains("\n  \(path)") || help.output.contains("| \(path)"))
            for argument in node.arguments ?? [] {
                #expect(argument.abstract?.isEmpty == false, "\(path): \(argument.valueName ?? "")")
            }
        }
    }

    /// What `--experimental-dump-help` prints, as far as it is of interest.
    private struct Tree: Decodable {
        let command: Node
    }

    private struct Node: Decodable {
        let commandName: String
        let subcommands: [Node]?
        let arguments: [Argument]?

        /// This command and all below it but `help`, each with its words.
        func all(under parent: String) -> [(path: String, node: Node)] {
            let path = parent.isEmpty ? commandName : "\(parent) \(commandName)"
            let below = (subcommands ?? []).filter { $0.commandName != "help" }
            return [(path, self)] + below.flatMap { $0.all(under: path) }
        }
    }

    private struct Argument: Decodable {
        let valueName: String?
        let abstract: String?
    }
}
