import Foundation
import Testing

/// Whole models into one; `base` and `next` are checkpoints of one run.
@Suite("nous-merge models")
struct ModelMergeCommandTests {
    private static let slerp = """
          $ printf 'merge_method: slerp\\nbase_model: base\\nmodels: [{model: next}]\\nparameters: {t: 0.5}\\n' > merge.yaml

        """

    @Test("merges checkpoints and directories to the same bytes, by any number of threads")
    func operands() throws {
        try SmallRun.play(
            Self.slerp + """
                  $ nous-merge models merge.yaml -o merged
                  nous-merge: slerp of 2 models: ... tensors, ... parameters, ... bytes; peak memory ... MiB
                  $ ls -A merged
                  config.json
                  generation_config.json
                  merge.yaml
                  model.safetensors
                  tokenizer.json
                  $ cmp merge.yaml merged/merge.yaml
                  $ mkdir unpacked; tar --zstd -xf base -C unpacked
                  $ nous-train export next --to exported
                  $ sed -i 's/base$/unpacked/; s/next/exported/' merge.yaml
                  $ nous-merge models -q --threads 1 - -o again < merge.yaml
                  $ for file in config.json model.safetensors tokenizer.json; do cmp merged/$file again/$file; done
                  $ nous-merge models -q merge.yaml -o again
                  $ nous-merge models -q merge.yaml -o merged
                  nous-merge: error: cannot create 'merged': File exists
                  [73]
                  $ nous-merge models --json merge.yaml -o again | jq -c '[.type, .method, .models, .peak_memory > 0]'
                  ["model-merge","slerp",2,true]
                  $ find . -name '.nous*'
                """)
    }

    @Test("merges a model with itself to its very weights")
    func identity() throws {
        try SmallRun.play(
            """
              $ nous-train export base --to model --dtype bfloat16
              $ printf 'merge_method: ties\\nbase_model: model\\nmodels: [{model: ./model}, {model: model/}]\\nparameters: {density: 0.3}\\n' > merge.yaml
              $ nous-merge models -q merge.yaml -o merged
              $ rm merged/merge.yaml; diff -r model merged
            """)
    }

    @Test("writes a checkpoint if that is wanted, and shards")
    func outputs() throws {
        try SmallRun.play(
            Self.slerp + """
                  $ nous-merge models -q merge.yaml -o merged
                  $ nous-merge models -q merge.yaml --checkpoint -o merged.tar.zst
                  $ nous-train export merged.tar.zst --to exported
                  $ cmp merged/model.safetensors exported/model.safetensors
                  $ tar --zstd -xOf merged.tar.zst lineage.json | jq -c .
                  {"run":null,"round":0,"parent":null,"contributions":[]}
                  $ nous-merge models -q merge.yaml --shard-size 10kB -o shards
                  $ nous-train init --from shards | cmp - merged.tar.zst
                  $ nous-merge models -q merge.yaml --checkpoint --shard-size 10kB -o x 2>&1 | head -1
                  nous-merge: error: --shard-size divides a directory, and --checkpoint is one file
                """)
    }

    @Test("puts layers of models together")
    func slices() throws {
        try SmallRun.play(
            """
              $ printf 'merge_method: passthrough\\nslices:\\n- sources: [{model: base, layer_range: [0, 1]}]\\n- sources: [{model: next, layer_range: [0, 1]}]\\n' > merge.yaml
              $ nous-merge models -q merge.yaml --checkpoint -o deep
              $ tar --zstd -xOf deep config.json | jq .num_hidden_layers
              2
              $ nous-train eval --data data deep | grep -c loss
              1
            """)
    }

    @Test("refuses what it does not do and what does not fit, and leaves nothing behind")
    func refusals() throws {
        try SmallRun.play(
            Self.slerp + """
                  $ sed 's/slerp/della/' merge.yaml | nous-merge models - -o x
                  nous-merge: error: standard input: recipe: field 'merge_method': expected linear, slerp, task_arithmetic, ties, dare_linear, dare_ties, breadcrumbs, breadcrumbs_ties, model_stock, passthrough, found "della"
                  [78]
                  $ (cat merge.yaml; echo 'tokenizer_source: union') | nous-merge models - -o x
                  nous-merge: error: standard input: recipe: field 'tokenizer_source': expected base, first or one of the models (vocabularies are not joined), found "union"
                  [78]
                  $ sed 's/{t: 0.5}/{t: 0.5, int8_mask: true}/' merge.yaml | nous-merge models - -o x
                  nous-merge: error: standard input: parameters: unknown field 'int8_mask' of slerp
                  [78]
                  $ nous-train export next --to other; jq '.vocab_size = 9' other/config.json > c; cp c other/config.json
                  $ sed 's/next/other/' merge.yaml | nous-merge models - -o x
                  nous-merge: error: other: config.json: field 'vocab_size': expected ..., as of 'base', found 9
                  [65]
                  $ sed 's/next/nowhere/' merge.yaml | nous-merge models - -o x
                  nous-merge: error: cannot open 'nowhere/config.json': No such file or directory
                  [66]
                  $ printf '%1000s' | dd of=next bs=1 seek=2000 conv=notrunc status=none
                  $ nous-merge models merge.yaml -o x
                  nous-merge: error: next: ...
                  [65]
                  $ ls -d x .nous*
                  ls: cannot access 'x': No such file or directory
                  ls: cannot access '.nous*': No such file or directory
                  [2]
                """)
    }

    @Test("warns of another tokenizer")
    func tokenizer() throws {
        try SmallRun.play(
            Self.slerp + """
                  $ nous-train export next --to other; echo >> other/tokenizer.json
                  $ sed -i 's/next/other/' merge.yaml
                  $ nous-merge models merge.yaml -o merged 2>&1 | head -1
                  nous-merge: warning: other: tokenizer.json differs from that of 'base', which the merge has
                  $ nous-merge models -q merge.yaml -o merged
                """)
    }
}
