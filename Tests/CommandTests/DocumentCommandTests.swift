import Testing

/// Rows of whole documents, from packing to evaluation.
@Suite("Documents in rows")
struct DocumentCommandTests {
    /// Packs the small run's text anew, lets `run.yaml` name the result, and makes the rest anew.
    private static let repack = """
        set -e
        sed -i 's/sequence_length: 16/sequence_length: 64/
          s/max_position_embeddings: 16/max_position_embeddings: 64/' run.yaml
        rm -rf data; nous-shard pack -t tokenizer.json --sequence-length 64 --held-out 10% \\
          --packing best-fit --reset-attention -o data text
        root=$(nous-shard inspect data | awk '/^train root/ { print $3 }')
        held=$(nous-shard inspect data | awk '/^held-out root/ { print $3 }')
        sed -i "s/  root: .*/  root: $root/; s/  held_out: .*/  held_out: $held/" run.yaml
        """

    @Test("are trained on, judged and evaluated apart from each other")
    func round() throws {
        let transcript = try SmallRun.copy()
        defer { transcript.remove() }
        #expect(try transcript.run("\(Self.repack)\n\(SmallRun.anew)").isEmpty)
        try transcript.play(
            """
              $ nous-shard inspect data | grep -e ^packing -e ^train.padding
              packing          best-fit, attention reset
              train padding    ... tokens (... %), ... documents cut

              $ nous-shard check data
              data: ... sequences to train on and ...

            Proofs hold the lengths of a row's documents.

              $ nous-shard prove data 3 > proof && nous-shard check --root $(nous-shard inspect data | awk '/^train root/ { print $3 }') proof > /dev/null

            The run file must say that attention is reset, as the corpus does.

              $ \(SmallRun.train) -o x
              nous-train: error: data: field 'reset_attention': expected false, found true
              [65]
              $ sed -i 's/  sequence_length: 64/&\\n  reset_attention: true/' run.yaml
            """)
        #expect(try transcript.run("set -e\n\(SmallRun.anew)").isEmpty)
        try transcript.play(
            """
              $ \(SmallRun.train) --micro-batch 1 -o x
              $ \(SmallRun.verify) x | jq -r .verdict
              accepted
              $ nous-train eval --data data --by-position 32 base
              loss ... nats/token, ... bits/byte over ... tokens, ... bytes
              positions 1-32: loss ... nats/token, perplexity ... over ... tokens
              positions 33-64: loss ... nats/token, perplexity ... over ... tokens
            """)
    }

    @Test("get the marks that are asked for, which must be special tokens")
    func marks() throws {
        try SmallRun.play(
            """
              $ nous-shard pack -t tokenizer.json --sequence-length 16 --end-of-document none -o a text
              $ nous-shard cat --ids a $(seq 0 20) | grep -cw 0
              0
              [1]
              $ nous-shard pack -t tokenizer.json --sequence-length 16 --end-of-document '<s>' -o b text
              nous-shard: error: tokenizer: no special token "<s>"
              [65]
              $ nous-shard pack -t tokenizer.json --sequence-length 16 --packing tight -o b text 2>&1 | head -1
              nous-shard: error: The value 'tight' is invalid for '--packing <packing>'...
            """)
    }
}
