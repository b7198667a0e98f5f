import ArgumentParser
import CommandLineTool

/// Raw text in, token shards out; and who trains on what.
@main
struct Shard: Tool {
    static let configuration = CommandConfiguration(
        commandName: "nous-shard",
        abstract: "Turn raw text into token shards that anybody can check.",
        discussion: """
            A corpus is made in two steps.

            Example:
              nous-shard tokenizer --vocabulary-size 2048 -o tokenizer.json text
              nous-shard pack -t tokenizer.json --sequence-length 128 -o data text
            """,
        version: toolVersion,
        subcommands: [
            TokenizerCommand.self, Pack.self, Check.self, Prove.self, Cat.self, Find.self,
            Inspect.self,
            Export.self, Import.self, Assign.self, AmendRoster.self, DrawCommittee.self,
            Encode.self, Decode.self,
        ])
}
