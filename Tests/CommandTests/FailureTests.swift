import Foundation
import Testing

/// Failures every command shares: its words, its status, and nothing left behind.
@Suite("Failures")
struct FailureTests {
    /// Commands that write to standard output, and one of their inputs.
    static let commands: [(command: String, input: String)] = [
        ("nous-shard tokenizer --vocabulary-size 300 text", "text"),
        ("nous-shard assign --run run.yaml --data data --roster roster.json", "roster.json"),
        ("nous-shard inspect data", "data/corpus.tar.zst"),
        ("nous-shard cat data 0 1", "data/shards/*"),
        ("nous-shard encode -t tokenizer.json text/1", "text/1"),
        ("nous-shard decode -t tokenizer.json text/1", "tokenizer.json"),
        ("nous-train init --run run.yaml --tokenizer tokenizer.json", "tokenizer.json"),
        (SmallRun.train, "base"),
        ("nous-train eval --data data next", "next"),
        ("nous-train generate --prompt 1 next", "next"),
        ("\(SmallRun.merge) anna.contribution boris.contribution", "boris.contribution"),
        ("\(SmallRun.verify) anna.contribution", "anna.contribution"),
        ("nous-ledger keygen --public anna.json", "anna.json"),
        ("nous-ledger join L --key anna.json", "anna.json"),
        ("nous-ledger log L", SmallRun.entries),
        ("nous-ledger log L --json", "L/checkpoint"),
        ("nous-ledger balance L", SmallRun.entries),
        ("nous-ledger roster L --round 1", "L/checkpoint"),
        ("nous-ledger audit L --expect-checkpoint kept", "kept"),
    ]

    private func result(
        _ command: String, after preparation: String = ":"
    ) throws -> CommandTranscript.Result {
        let transcript = try SmallRun.copy()
        defer { transcript.remove() }
        try #require(try transcript.run(preparation).isEmpty)
        let before = try transcript.run("find . | sort")
        let result = try transcript.execute(command)
        #expect(try transcript.run("find . | sort") == before, "\(command)")
        return result
    }

    private func expect(
        _ result: CommandTranscript.Result, _ status: Int32, _ words: String, _ command: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let tool = command.split(separator: " ")[0]
        let told = "$ \(command)\n\(result)"
        #expect(result.status == status, "\(told)", sourceLocation: sourceLocation)
        #expect(result.errors.count == 1, "\(told)", sourceLocation: sourceLocation)
        let line = result.errors.first ?? ""
        #expect(line.hasPrefix("\(tool): error: "), "\(told)", sourceLocation: sourceLocation)
        #expect(line.hasSuffix(words), "\(told)", sourceLocation: sourceLocation)
    }

    @Test("a missing input is status 66", arguments: commands)
    func missing(command: String, input: String) throws {
        expect(
            try result(command, after: "rm -r \(input)"), 66, ": No such file or directory",
            command)
    }

    @Test("a full disk is status 74", arguments: commands.map(\.command))
    func fullDisk(command: String) throws {
        let command = "\(command) > /dev/full"
        expect(
            try result(command), 74,
            "cannot write 'standard output': No space left on device", command)
    }

    @Test("a closed standard output is status 74", arguments: commands.map(\.command))
    func closedOutput(command: String) throws {
        let command = "\(command) >&-"
        expect(
            try result(command), 74, "cannot write 'standard output': Bad file descriptor",
            command)
    }

    @Test("a reader that has gone is SIGPIPE without a word", arguments: commands.map(\.command))
    func closedPipe(command: String) throws {
        let result = try result("{ sleep 0.05; \(command); echo $? >&2; } | :")
        #expect(result.errors == ["141"], "$ \(command)")
    }

    /// Inputs that are read whole from a path.
    static let files = commands.filter { !["text", "base", "next"].contains($0.input) }
        .filter { !$0.input.hasSuffix(".contribution") }

    @Test("a directory in place of a file is status 66", arguments: files)
    func directory(command: String, input: String) throws {
        let replace = "f=$(ls -d \(input)); rm $f && mkdir $f"
        expect(try result(command, after: replace), 66, ": Is a directory", command)
    }

    @Test(
        "an input without permission is status 77", .enabled(if: geteuid() != 0, "not as root"),
        arguments: commands)
    func unreadable(command: String, input: String) throws {
        expect(
            try result(command, after: "chmod 000 \(input)"), 77, ": Permission denied", command)
    }

    static let writers = [
        "nous-shard tokenizer --vocabulary-size 300 text",
        "nous-train init --run run.yaml --tokenizer tokenizer.json", SmallRun.train,
        "\(SmallRun.merge) anna.contribution", "nous-ledger keygen",
    ]

    @Test("an output that cannot be created is status 73", arguments: writers)
    func noOutput(command: String) throws {
        let missing = "\(command) -o missing/new"
        expect(
            try result(missing), 73, "cannot create 'missing/new': No such file or directory",
            missing)
        let directory = "\(command) -o text"
        let result = try result(directory)
        #expect(result.status == 73, "\(result)")
        #expect(result.errors.first?.contains("'text'") == true, "\(result)")
    }

    static let wrongUsage = [
        "nous-shard frobnicate", "nous-shard pack", "nous-train run --run run.yaml",
        "nous-train run --bogus", "nous-train eval --data data --micro-batch 0",
        "nous-merge --run run.yaml --base base", "nous-verify --threads 0",
        "nous-ledger append", "nous-ledger balance L nobody", "nous-ledger frobnicate",
        "\(SmallRun.train) --save-every -1",
    ]

    @Test("wrong usage is status 64", arguments: wrongUsage)
    func usage(command: String) throws {
        let result = try result(command)
        let tool = command.split(separator: " ")[0]
        #expect(result.status == 64, "\(result)")
        #expect(result.output.isEmpty)
        #expect(result.errors.first?.hasPrefix("\(tool): error: ") == true, "\(result)")
    }

    @Test("a bad run file is status 78 and names the field")
    func runFile() throws {
        try SmallRun.play(
            """
              $ sed -i 's/hidden_size: 16/hidden_size: x/' run.yaml
              $ TRAIN -o new
              nous-train: error: run.yaml: ...hidden_size...: expected ..., found "x"
              [78]
              $ MERGE -o new
              nous-merge: error: run.yaml: ...hidden_size...: expected ..., found "x"
              [78]
              $ echo 'extra: 1' >> run.yaml; sed -i 's/hidden_size: x/hidden_size: 16/' run.yaml; VERIFY anna.contribution < run.yaml
              nous-verify: error: run.yaml: ...extra...
              [78]
            """)
    }

    @Test("a hostile run file is refused before it can do harm")
    func hostileRunFile() throws {
        try SmallRun.play(
            """
              $ head -c 1000000 /dev/zero | tr '\\0' '[' > run.yaml; TRAIN -o new
              nous-train: error: run.yaml: ...
              [78]
              $ { p=a; echo 'a: &a [x,x,x,x,x,x,x,x]'; for i in b c d e f g h i j k l; do s=$(printf "*$p,%.0s" 1 2 3 4 5 6 7 8); echo "$i: &$i [${s%,}]"; p=$i; done; } > run.yaml; TRAIN -o new
              nous-train: error: run.yaml: ...
              [78]
              $ printf 'name: a\\nname: b\\n' > run.yaml; TRAIN -o new
              nous-train: error: run.yaml: ...name...
              [78]
            """)
    }

    @Test("a locked ledger is status 75")
    func locked() throws {
        try SmallRun.play(
            """
              $ (flock 9; APPEND --lock-timeout 0 anna.contribution) 9>>L/lock
              nous-ledger: error: 'L/lock' is held by another process (waited 0 s)
              [75]
            """)
    }

    @Test("closed standard streams never make a file take what is meant for them")
    func closedStreams() throws {
        try SmallRun.play(
            """
              $ cp -r L before; (APPEND --json anna.contribution >&- 2>&- <&-)
              [74]
              $ nous-ledger audit -q L | head -1
              ok: 5 entries, ...
              $ (APPEND anna.contribution 2>&- >&- <&-); nous-ledger audit -q L | head -1
              ok: 5 entries, ...
              $ (nous-ledger audit nowhere 2>&-)
              [66]
            """)
    }
}
