import Corpus
package import Encodings
package import Rounds
import Storage

/// The run file of the samples, and run files that differ from it in one place.
package enum SampleRun {
    /// The run file's value; `changes` name members by path, as in `["round.batch": 2]`, and a nil
    /// value leaves the member out.
    package static func json(_ changes: [String: JSON?] = [:]) -> JSON {
        changes.reduce(whole) { json, change in
            replace(change.key.split(separator: ".").map(String.init), in: json, by: change.value)
        }
    }

    /// The run that `json(changes)` describes; its digest stands for the file's.
    package static func run(
        _ changes: [String: JSON?] = [:]
    ) throws(MalformedInput) -> RunConfiguration {
        let value = json(changes)
        return try RunConfiguration(value, digest: Digest(hashing: value.canonicalBytes()))
    }

    private static let whole: JSON = [
        "nous-tools": "run v1",
        "name": "sample",
        "arithmetic": ["class": "exact", "version": 1],
        "model": model,
        "tokenizer": SampleCorpus.corpus.tokenizerDigest.json,
        "data": [
            "root": SampleCorpus.corpus.dataRoot.json,
            "held_out": SampleCorpus.corpus.heldOutRoot.json,
            "sequence_length": .integer(Int64(SampleCorpus.sequenceLength)),
        ],
        "seed": 7,
        "optimizer": [
            "name": "adamw", "beta1": .number("0.9"), "beta2": .number("0.95"),
            "epsilon": .number("1.0e-8"), "weight_decay": .number("0.1"), "gradient_clip": 1,
        ],
        "schedule": ["kind": "constant", "peak": .number("1.0e-2"), "warmup_steps": 2],
        "round": ["steps": 4, "batches": 9, "batch": 3, "segment_steps": 2],
        "codec": [
            "name": "chunked-top-k v1", "transform": "none", "chunk": 64, "keep": 16,
            "values": "sign", "error_feedback": .number("0.9"),
        ],
        "merge": ["rule": "weighted-mean v1"],
        "outer": ["name": "nesterov", "rate": .number("0.7"), "momentum": 0],
        "reward": [
            "rule": "pro-rata-verified-tokens v1", "symbol": "NOUS", "decimals": 2,
            "supply": "1000000", "per_round": "1000", "slash_ppm": 500_000,
        ],
    ]

    private static let model: JSON = [
        "vocab_size": 280, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 4,
        "max_position_embeddings": 16, "rms_norm_eps": .number("1.0e-5"),
        "rope_theta": .number("10000.0"), "tie_word_embeddings": true,
    ]

    private static func replace(_ path: [String], in json: JSON, by value: JSON?) -> JSON {
        guard let key = path.first else { return value ?? .null }
        var members = json.object ?? []
        let index = members.firstIndex { $0.key == key }
        if path.count == 1, value == nil {
            members.removeAll { $0.key == key }
        } else if let index {
            let rest = Array(path.dropFirst())
            members[index].value = replace(rest, in: members[index].value, by: value)
        } else {
            members.append(JSONMember(key: key, value: value ?? .null))
        }
        return .object(members)
    }
}
