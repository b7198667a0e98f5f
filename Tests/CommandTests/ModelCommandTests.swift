import Foundation
import Testing

/// Models from and to the files of other programs.
@Suite("nous-train init --from and export")
struct ModelCommandTests {
    @Test("a model exported and imported is the same checkpoint, in any shards")
    func roundTrip() throws {
        try SmallRun.play(
            """
              $ nous-train export base --to model
              $ ls model
              config.json
              generation_config.json
              model.safetensors
              tokenizer.json
              $ nous-train init --run run.yaml --from model -o again
              $ cmp again base
              $ nous-train export --to shards --shard-size 10kB < base
              $ ls shards/*.safetensors | wc -l
              3
              $ jq -r '.weight_map["model.norm.weight"]' shards/model.safetensors.index.json
              model-00003-of-00003.safetensors
              $ nous-train init --run run.yaml --from shards --tokenizer tokenizer.json | cmp - base
              $ nous-train export base --to model
              $ nous-train export next --to model
              nous-train: error: cannot create 'model': File exists
              [73]
              $ nous-train export base --to model --dtype bfloat16 2>&1 | grep -c 'File exists'
              1
            """)
    }

    @Test("weights of 16 bits are kept exactly")
    func halves() throws {
        try SmallRun.play(
            """
              $ nous-train export base --to model --dtype bfloat16
              $ nous-train init --from model | nous-train export --to again --dtype bfloat16
              $ diff -r model again
              $ jq -r .torch_dtype again/config.json
              bfloat16
            """)
    }

    @Test("without a run, a checkpoint is for evaluation and export only")
    func noRun() throws {
        try SmallRun.play(
            """
              $ nous-train export next --to model
              $ nous-train init --from model -o loose
              $ tar --zstd -xOf loose lineage.json | jq -c .
              {"run":null,"round":0,"parent":null,"contributions":[]}
              $ nous-train generate --prompt 1 --tokens 3 loose > continued
              $ nous-train generate --prompt 1 --tokens 3 next | cmp - continued
              $ nous-train eval --json --data data loose | jq -c .loss_micronats > loss
              $ nous-train eval --json --data data next | jq -c .loss_micronats | cmp - loss
              $ TRAIN --base loose -o new
              nous-train: error: loose: lineage.json: field 'run': expected ..., found null
              [65]
            """)
    }

    @Test("the directory's model and tokenizer must be the run's")
    func otherModel() throws {
        try SmallRun.play(
            """
              $ nous-train export base --to model
              $ sed -i 's/rms_norm_eps: 1.0e-5/rms_norm_eps: 1.0e-6/' run.yaml
              $ nous-train init --run run.yaml --from model -o new
              nous-train: error: model: config.json: field 'rms_norm_eps': expected the run's 1e-06, found 1e-05
              [65]
              $ sed -i 's/rms_norm_eps: 1.0e-6/rms_norm_eps: 1.0e-5/' run.yaml
              $ echo >> model/tokenizer.json
              $ nous-train init --run run.yaml --from model -o new
              nous-train: error: model/tokenizer.json: field 'tokenizer': expected ..., found ...
              [65]
              $ rm model/tokenizer.json
              $ nous-train init --run run.yaml --from model -o new
              nous-train: error: cannot open 'model/tokenizer.json': No such file or directory
              hint: give --tokenizer FILE
              [66]
              $ nous-train init --run run.yaml --from nowhere -o new
              nous-train: error: cannot open 'nowhere/config.json': No such file or directory
              [66]
              $ ls new
              ls: cannot access 'new': No such file or directory
              [2]
            """)
    }

    @Test("the context of a directory's model can be lengthened, as the run then must say")
    func longerContext() throws {
        try SmallRun.play(
            """
              $ nous-train export base --to model
              $ nous-train init --from model --rope-scaling yarn --factor 4 | nous-train export --to long
              $ jq -c '[.max_position_embeddings, .rope_scaling.rope_type, .rope_scaling.factor]' long/config.json
              [64,"yarn",4]
              $ cmp model/model.safetensors long/model.safetensors
              $ nous-train init --run run.yaml --from model --rope-scaling yarn --factor 4 -o new
              nous-train: error: model: config.json: field 'max_position_embeddings': expected the run's 16, found 64
              [65]
              $ sed -i 's/max_position_embeddings: 16/max_position_embeddings: 64/' run.yaml
              $ nous-train init --run run.yaml --from model --rope-scaling yarn --factor 4 -o new
              nous-train: error: model: config.json: field 'rope_parameters': expected the run's ..., found {...}
              [65]
              $ sed -i 's/  rope_theta: 10000.0/&\\n  rope_scaling: {rope_type: yarn, factor: 4.0, original_max_position_embeddings: 16}/' run.yaml
              $ nous-train init --run run.yaml --from model --rope-scaling yarn --factor 4 -o longer
              $ tar --zstd -xOf longer config.json | jq -c .rope_scaling.factor
              4
              $ nous-train init --from long --rope-scaling linear --factor 2 -o new
              nous-train: error: long: config.json: ...
              [65]
              $ nous-train init --from model --factor 2 -o new 2>&1 | head -1
              nous-train: error: --rope-scaling and --factor go together
              $ nous-train init --run run.yaml --tokenizer tokenizer.json --rope-scaling yarn --factor 2 2>&1 | head -1
              nous-train: error: --rope-scaling changes the model of a directory --from
              $ ls new
              ls: cannot access 'new': No such file or directory
              [2]
            """)
    }

    @Test("a tokenizer that is not ours is kept with a warning, but no run's")
    func otherTokenizer() throws {
        try SmallRun.play(
            """
              $ nous-train export base --to model
              $ jq '.normalizer = {"type": "NFC"}' tokenizer.json > model/tokenizer.json
              $ nous-train init --from model -o composing
              $ jq '.normalizer = {"type": "Lowercase"}' tokenizer.json > model/tokenizer.json
              $ nous-train init --from model -o loose
              nous-train: warning: model/tokenizer.json: tokenizer: unsupported normalizer "Lowercase": text cannot be packed or generated with it
              $ tar --zstd -xOf loose tokenizer.json | cmp - model/tokenizer.json
              $ nous-train init -q --from model | cmp - loose
              $ sed -i "s/^tokenizer: .*/tokenizer: $(sha256sum model/tokenizer.json | cut -c-64)/" run.yaml
              $ nous-train init --run run.yaml --from model -o new
              nous-train: error: model/tokenizer.json: tokenizer: unsupported normalizer "Lowercase"
              [65]
              $ jq '.model.vocab["new"] = 300' tokenizer.json > large
              $ nous-train init --from model --tokenizer large -o new
              nous-train: error: large: field 'vocabulary': expected at most 300 tokens, found 301
              [65]
            """)
    }

    @Test("damaged directories are refused, and nothing is left behind")
    func damaged() throws {
        try SmallRun.play(
            """
              $ nous-train export base --to model --shard-size 10kB
              $ sed -i 's|"model.norm.weight": "model|"model.norm.weight": "../model|' model/model.safetensors.index.json
              $ nous-train init --run run.yaml --from model -o new
              nous-train: error: model/model.safetensors.index.json: tensor "model.norm.weight": expected the name of a .safetensors file in the directory, found "../model-00003-of-00003.safetensors"
              [65]
              $ sed -i 's|"../model|"model|' model/model.safetensors.index.json
              $ mv model/model-00002-of-00003.safetensors kept-shard
              $ nous-train init --run run.yaml --from model -o new
              nous-train: error: cannot open 'model/model-00002-of-00003.safetensors': No such file or directory
              [66]
              $ head -c 5000 kept-shard > model/model-00002-of-00003.safetensors
              $ nous-train init --run run.yaml --from model -o new
              nous-train: error: model/model-00002-of-00003.safetensors: expected ... bytes of data, found ...
              [65]
              $ printf '\\377\\377\\377\\377\\0\\0\\0\\0' > model/model-00002-of-00003.safetensors
              $ nous-train init --run run.yaml --from model -o new
              nous-train: error: model/model-00002-of-00003.safetensors: expected a header of at most 16777216 bytes, found 4294967295
              [65]
              $ cp kept-shard model/model-00002-of-00003.safetensors
              $ printf '\\0\\0\\300\\177' | dd of=model/model-00002-of-00003.safetensors bs=1 seek=$(($(stat -c %s kept-shard) - 4)) conv=notrunc status=none
              $ nous-train init --run run.yaml --from model -o new
              nous-train: error: model/model-00002-of-00003.safetensors: tensor '...': expected finite numbers
              [65]
              $ cp kept-shard model/model-00002-of-00003.safetensors
              $ sed -i 's/"num_key_value_heads": 2/"num_key_value_heads": 4/' model/config.json
              $ nous-train init --from model -o new
              nous-train: error: ...: tensor 'model.layers.0.self_attn.k_proj.weight': expected shape [16, 16], found [8, 16]
              [65]
              $ ls -A | grep -c -e new -e tmp
              0
              [1]
            """)
    }

    @Test("a GGUF file is the same wherever it is written")
    func gguf() throws {
        try SmallRun.play(
            """
              $ nous-train export base --gguf model.gguf
              $ head -c 4 model.gguf; echo
              GGUF
              $ nous-train export --gguf - < base | cmp - model.gguf
              $ nous-train export base --gguf half.gguf --dtype q8_0
              $ test $(stat -c %s half.gguf) -lt $(stat -c %s model.gguf)
              $ nous-train export base --gguf /dev/full
              nous-train: error: cannot replace '/dev/full': File exists
              [73]
              $ nous-train export base --gguf - > /dev/full
              nous-train: error: cannot write 'standard output': No space left on device
              [74]
              $ nous-train export anna.contribution --gguf new
              nous-train: error: anna.contribution: MANIFEST: expected a checkpoint, found a contribution
              [65]
              $ ls -A | grep -c -e new -e tmp
              0
              [1]
            """)
    }

    @Test("options that do not go together are refused")
    func usage() throws {
        try SmallRun.play(
            """
              $ nous-train export base 2>&1 | head -1
              nous-train: error: give either --to or --gguf
              $ nous-train export base --to a --gguf b 2>&1 | head -1
              nous-train: error: give either --to or --gguf
              $ nous-train export base --gguf b --shard-size 1GB 2>&1 | head -1
              nous-train: error: --shard-size divides a directory, and --gguf is one file
              $ nous-train export base --to a --dtype q8_0 2>&1 | head -1
              nous-train: error: --dtype: expected one of float32, bfloat16, float16, found 'q8_0'
              $ nous-train export base --gguf b --dtype q4_0 2>&1 | head -1
              nous-train: error: --dtype: expected one of float32, float16, bfloat16, q8_0, found 'q4_0'
              $ nous-train export base --to a --shard-size 5XB 2>&1 | head -1
              nous-train: error: The value '5XB' is invalid for '--shard-size <size>'
              $ nous-train init -o a 2>&1 | head -1
              nous-train: error: give --run, --from or both
              $ nous-train init --run run.yaml -o a 2>&1 | head -1
              nous-train: error: give --tokenizer, or a directory --from that has one
            """)
    }
}
