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
              nous-shard tokenizer --vocabulary-size 4096 -o t.json text/
              nous-shard pack -t t.json --sequence-length 256 -o corpus text/
            """,
        version: toolVersion,
        subcommands: [
            TokenizerCommand.self, Pack.self, Check.self, Prove.self, Cat.self, Find.self,
            Inspect.self,
            Export.self, Import.self, Assign.self, AmendRoster.self, DrawCommittee.self,
            Encode.self, Decode.self,
        ])
}
