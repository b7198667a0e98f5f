import Encodings
import Testing

/// A limit of the run file (docs/formats/run.md) with values on both sides of it.
struct RunLimit: CustomTestStringConvertible {
    let member: String
    let expected: String
    let accepted: [JSON]
    let refused: [JSON]

    init(_ member: String, _ expected: String, accepted: [JSON], refused: [JSON]) {
        self.member = member
        self.expected = expected
        self.accepted = accepted
        self.refused = refused
    }

    var testDescription: String { member }

    static let all = words + digests + integers + numbers + amounts

    private static let words = [
        RunLimit(
            "nous-tools", "\"run v1\"", accepted: ["run v1"], refused: ["run v2", 1, .null]),
        RunLimit(
            "arithmetic.class", "exact, exact-bf16, blas",
            accepted: ["exact", "exact-bf16", "blas"], refused: ["tolerant", "bf16"]),
        RunLimit(
            "optimizer.name", "adamw, muon, sgd, gradient", accepted: ["adamw"],
            refused: ["lion", "AdamW"]),
        RunLimit(
            "codec.feedback", "quantised, exact", accepted: ["quantised", "exact"],
            refused: ["none", 1]),
        RunLimit(
            "outer.name", "sgd, nesterov, adamw, sign", accepted: ["nesterov"], refused: ["SGD"]),
        RunLimit(
            "codec.name", "\"chunked-top-k v1\"", accepted: ["chunked-top-k v1"],
            refused: ["none", "top-k-sign v1"]),
        RunLimit(
            "codec.transform", "none, cosine", accepted: ["none", "cosine"],
            refused: ["", "Cosine", "dct", 0]),
        RunLimit(
            "codec.values", "float32, float16, int8, fp4, two-bit, sign, unit-sign",
            accepted: ["float32", "float16", "int8", "fp4", "two-bit", "sign", "unit-sign"],
            refused: ["Sign", "bfloat16", 5, .null]),
        RunLimit(
            "merge.rule",
            "mean v1, weighted-mean v1, coordinate-median v1, trimmed-mean v1, "
                + "geometric-median v1, multi-krum v1, centered-clipping v1, "
                + "median-norm-clipping v1, sign-vote v1, radial-directional v1, agreement v1",
            accepted: ["weighted-mean v1", "agreement v1"], refused: ["median v1"]),
        RunLimit(
            "merge.over", "all or senders", accepted: ["all", "senders"], refused: ["some", 1]),
        RunLimit("merge.bucket", "an integer from 1 to 1024", accepted: [1, 1024], refused: [0]),
        RunLimit(
            "reward.rule",
            "pro-rata-verified-tokens v1, equal-per-finisher v1, capped-tokens v1,"
                + " rating-weighted-tokens v1, leave-one-out-value v1",
            accepted: ["pro-rata-verified-tokens v1"], refused: ["lottery v1"]),
        RunLimit(
            "schedule.kind", "constant, linear, cosine, warmup-stable-decay",
            accepted: ["constant"], refused: ["step", 3]),
        RunLimit(
            "name", "a string of 1 to 64 bytes without control characters",
            accepted: ["x", .string(String(repeating: "x", count: 64))],
            refused: ["", .string(String(repeating: "x", count: 65)), 5]),
    ]

    private static let digests = ["tokenizer", "data.root", "data.held_out"].map { member in
        let digits = String(repeating: "0a", count: 32)
        return RunLimit(
            member, "64 lower-case hexadecimal digits", accepted: [.string(digits)],
            refused: [.string(digits.uppercased()), .string(digits + "0"), "", 0])
    }

    private static let integers = [
        integer("arithmetic.version", 1...1),
        integer("data.sequence_length", 1...1_048_576, accepted: [1, 16]),
        integer("seed", 0...Int64.max, refused: [-1, .number("9223372036854775808")]),
        integer("schedule.warmup_steps", 0...1 << 40),
        integer("optimizer.joiner_warmup_steps", 0...1 << 40),
        integer("round.steps", 1...1_000_000),
        integer("round.batches", 1...1_048_576),
        integer("round.batch", 1...65_536),
        integer("round.segment_steps", 1...1_000_000),
        integer("codec.chunk", 1...65_536, accepted: [16, 65_536]),
        integer("codec.keep", 1...64),
        integer("reward.decimals", 0...18),
        integer("reward.slash_ppm", 0...1_000_000),
    ]

    private static func integer(
        _ member: String, _ range: ClosedRange<Int64>, accepted: [JSON]? = nil,
        refused: [JSON]? = nil
    ) -> RunLimit {
        let (first, last) = (range.lowerBound, range.upperBound)
        return RunLimit(
            member, "an integer from \(first) to \(last)",
            accepted: accepted ?? [.integer(first), .integer(last)],
            refused: (refused ?? [.integer(first - 1), .integer(last + 1)])
                + ["1", .number("1.5"), .null])
    }

    private static let numbers = [
        number("optimizer.beta1", 0, 0.999_999, beyond: ["-0.001", "0.9999995"]),
        number("optimizer.beta2", 0, 0.999_999_9, beyond: ["-0.001", "1.0"]),
        number("optimizer.epsilon", 1e-12, 1, beyond: ["0.0", "9e-13", "1.1"]),
        number("optimizer.weight_decay", 0, 1, beyond: ["-0.1", "1.1"]),
        number("optimizer.gradient_clip", 1e-6, 1e6, beyond: ["0.0", "1000001.0"]),
        number("optimizer.gradient_norm_limit", 1e-6, 1e30, beyond: ["0.0", "1.1e30"]),
        number("optimizer.z_loss", 0, 1, beyond: ["-0.1", "1.1"]),
        number("schedule.peak", 0, 1, beyond: ["-0.1", "1.1"]),
        number("codec.error_feedback", 0, 1, beyond: ["-0.1", "1.1"]),
        number("codec.feedback_share", 0, 1, beyond: ["-0.1", "1.1"]),
        number("outer.rate", 0, 10, beyond: ["-0.1", "10.1"]),
        number("outer.momentum", 0, 0.999, beyond: ["-0.1", "1.0"]),
    ]

    private static func number(
        _ member: String, _ first: Double, _ last: Double, beyond: [String]
    ) -> RunLimit {
        RunLimit(
            member, "a number from \(first) to \(last)",
            accepted: [.number("\(first)"), .number("\(last)")],
            refused: beyond.map { .number($0) } + ["0.5", .null])
    }

    private static let amounts = ["reward.supply", "reward.per_round"].map { member in
        RunLimit(
            member, "an amount as a string of digits",
            accepted: ["0", "18446744073709551615"],
            refused: ["18446744073709551616", "01", "-1", "1.0", "", 1])
    }
}
