/// The inputs of the five commands.
extension DamagedInputTests {
    static let shard =
        [
            "pack -t tokenizer.json --sequence-length 16 -o new text",
            "encode -t tokenizer.json text/1", "decode -t tokenizer.json text/1",
        ].map { Input(command: "nous-shard \($0)", file: "tokenizer.json", limit: 1 << 28) }
        + [
            Input(command: assign, file: "run.yaml", status: 78, limit: 1 << 20),
            Input(command: assign, file: "roster.json", limit: 1 << 26),
            Input(command: assign, file: "data/corpus.tar.zst", other: "base"),
            Input(command: "nous-shard inspect --summary-only data", file: "data/corpus.tar.zst"),
            Input(command: "nous-shard inspect data", file: "data/shards/*", other: "base"),
            Input(command: "nous-shard cat data 0", file: "data/shards/*", other: "base"),
        ]

    private static let assign =
        "nous-shard assign --run run.yaml --data data --roster roster.json"

    static let train =
        round("\(SmallRun.train) --state new -o new.contribution", key: "anna.json") + [
            Input(
                command: "\(SmallRun.train) --state new -o new.contribution", file: "assignments",
                limit: 1 << 30, other: "roster.json"),
            Input(command: initialize, file: "run.yaml", status: 78, limit: 1 << 20),
            Input(command: initialize, file: "tokenizer.json", limit: 64 << 20),
            Input(command: "nous-train eval --data data next", file: "next", other: "roster.json"),
            Input(
                command: "nous-train eval --data data next", file: "data/corpus.tar.zst",
                other: "next"),
            Input(
                command: "nous-train generate --prompt 1 next", file: "next",
                other: "anna.contribution"),
            Input(
                command: "nous-train export --to new next", file: "next",
                other: "anna.contribution"),
            Input(command: "nous-train export --gguf new next", file: "next", other: "run.yaml"),
            Input(
                command: "nous-train run --run run.yaml --base next --data data "
                    + "--assignments assignments-2 --key anna.json --state states -o new",
                file: "states/$(nous-ledger keygen --public anna.json)/*", other: "base"),
            Input(
                command: "\(SmallRun.train) -o anna.contribution", file: "anna.contribution",
                status: 73, other: "boris.contribution"),
        ]

    private static let initialize =
        "nous-train init --run run.yaml --tokenizer tokenizer.json -o new"

    static let merge = [
        Input(command: mergeAll, file: "run.yaml", status: 78, limit: 1 << 20),
        Input(command: mergeAll, file: "base", other: "anna.contribution"),
        Input(command: mergeAll, file: "verdicts", limit: 256 << 20, other: "roster.json"),
        Input(command: mergeAll, file: "boris.contribution", other: "base"),
    ]

    private static let mergeAll = "\(SmallRun.merge) -o new *.contribution"

    static let verify =
        round("\(SmallRun.verify) *.contribution", key: "verifier.json") + [
            Input(
                command: "\(SmallRun.verify) *.contribution", file: "roster.json",
                limit: 1 << 26, other: "assignments")
        ]

    static let ledger =
        [
            Input(
                command: "\(SmallRun.append) *.contribution", file: "boris.contribution",
                limit: 1 << 30, other: "base"),
            Input(
                command: "\(SmallRun.append) verdicts", file: "verdicts", limit: 1 << 30,
                other: "run.yaml"),
            Input(
                command: "\(SmallRun.append) *.contribution", file: "operator.json",
                limit: 16_384, other: "base"),
            Input(
                command: "nous-ledger join L --key anna.json", file: "anna.json", limit: 16_384,
                other: "base"),
            Input(
                command: "nous-ledger init new --run run.yaml --operator-key operator.json "
                    + "--verifier $(nous-ledger keygen --public verifier.json)",
                file: "run.yaml", status: 78, limit: 1 << 20),
            Input(
                command: "nous-ledger audit L --expect-checkpoint kept", file: "kept",
                limit: 65_536,
                other: "base"),
        ]
        + ["audit L", "balance L", "log L", "roster L --round 1"].flatMap { command in
            [
                Input(
                    command: "nous-ledger \(command)", file: SmallRun.entries,
                    limit: 256 * 65_537, other: "run.yaml"),
                Input(
                    command: "nous-ledger \(command)", file: "L/checkpoint", limit: 65_536,
                    other: "run.yaml"),
            ]
        }

    /// The inputs that training and verification share.
    private static func round(_ command: String, key: String) -> [Input] {
        [
            Input(command: command, file: "run.yaml", status: 78, limit: 1 << 20),
            Input(command: command, file: "base", other: "anna.contribution"),
            Input(command: command, file: "data/corpus.tar.zst", other: "base"),
            Input(command: command, file: "data/shards/*", other: "base"),
            Input(command: command, file: key, limit: 16_384, other: "base"),
        ]
    }
}
