import Corpus
import Encodings
import Rounds
import Storage

/// The shape of a study's model, beside an embedding of 2,048 tokens.
enum StudyModel {
    /// 1.0 million parameters.
    case million
    /// 0.2 million parameters.
    case small

    var hidden: Int64 { self == .million ? 128 : 64 }
    var intermediate: Int64 { self == .million ? 352 : 176 }
    var layers: Int64 { self == .million ? 4 : 2 }
}

/// One run of a study: a method, its setting, and who attacks it.
struct StudyJob {
    /// What its result is filed under.
    var name: String
    /// Workers, honest or not.
    let workers: Int
    /// Inner steps of a worker in a round, H.
    let steps: Int
    /// Outer rounds.
    let rounds: Int
    /// Sequences an inner step.
    let batch: Int
    /// Seed of the weights and of the order of the data.
    let seed: Int
    /// The shape of the model.
    let model: StudyModel
    /// Sections of the run file that make the method.
    var sections: JSON
    /// What the dishonest workers send; none if all are honest.
    var attack: Attack?
    /// How many are dishonest: the last ones.
    var attackers = 0

    /// The run of this job on `corpus`, with its model, a LLaMA.
    func configuration(_ corpus: TokenizedCorpus) throws(MalformedInput) -> RunConfiguration {
        let total = Int64(rounds * steps)
        var run: JSON = [
            "nous-tools": "run v1",
            "name": "study",
            "arithmetic": ["class": "exact", "version": 1],
            "model": [
                "vocab_size": .integer(Int64(corpus.summary.vocabularySize)),
                "hidden_size": .integer(model.hidden),
                "intermediate_size": .integer(model.intermediate),
                "num_hidden_layers": .integer(model.layers),
                "num_attention_heads": .integer(model.hidden / 32),
                "num_key_value_heads": .integer(model.hidden / 64), "head_dim": 32,
                "max_position_embeddings": .integer(Int64(corpus.sequenceLength)),
                "rms_norm_eps": .number("1.0e-5"), "rope_theta": .number("10000.0"),
                "tie_word_embeddings": true,
            ],
            "tokenizer": corpus.tokenizerDigest.json,
            "data": [
                "root": corpus.dataRoot.json, "held_out": corpus.heldOutRoot.json,
                "sequence_length": .integer(Int64(corpus.sequenceLength)),
            ],
            "seed": .integer(Int64(seed)),
            "schedule": [
                "kind": "cosine", "peak": .number("3.0e-3"), "warmup_steps": .integer(total / 20),
                "total_steps": .integer(total), "final_fraction": .number("0.1"),
            ],
            "round": [
                "steps": .integer(Int64(steps)), "batches": .integer(Int64(workers * steps)),
                "batch": .integer(Int64(batch)), "segment_steps": .integer(Int64(steps)),
            ],
            "reward": [
                "rule": "pro-rata-verified-tokens v1", "symbol": "STUDY", "decimals": 0,
                "supply": "0", "per_round": "0", "slash_ppm": 0,
            ],
        ]
        run.overlay(sections)
        return try RunConfiguration(run, digest: Digest(hashing: run.canonicalBytes()))
    }
}

extension JSON {
    /// Sets the members of `other`, objects member by member.
    mutating func overlay(_ other: JSON) {
        guard var members = object, let changes = other.object else { return self = other }
        for change in changes {
            if let index = members.firstIndex(where: { $0.key == change.key }) {
                members[index].value.overlay(change.value)
            } else {
                members.append(change)
            }
        }
        self = .object(members)
    }
}
