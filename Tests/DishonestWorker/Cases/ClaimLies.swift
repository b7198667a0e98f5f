import Artifacts
import Identity
import Rounds
import SampleRound
import Storage

extension ContributionCase {
    static let other = Digest(hashing: Array("other".utf8))

    /// False statements in the claim, one field each.
    static let claimLies = [
        claim("claim-run", .wrongRun, "run: expected ") { $0.with(run: other) },
        claim("claim-round-late", .wrongRun, "round: expected 3, found 2") { $0.with(round: 2) },
        claim("claim-round-early", .wrongRun, "round: expected 3, found 4") { $0.with(round: 4) },
        claim("claim-base", .wrongBase, "base: expected ") { $0.with(base: other) },
        claim("claim-worker", .badSignature, "no valid signature of the worker") {
            $0.with(worker: SampleRound.keys[1].publicKey)
        },
        claim("claim-assignment", .wrongData, "assignment: expected ") {
            $0.with(assignment: other)
        },
        claim("claim-data", .wrongData, "data: expected ") { $0.with(data: other) },
        claim("claim-arithmetic-bf16", .wrongRun, "arithmetic: expected exact, found exact-bf16") {
            $0.with(arithmetic: .exactBFloat16)
        },
        claim("claim-arithmetic-blas", .wrongRun, "arithmetic: expected exact, found blas") {
            $0.with(arithmetic: .blas)
        },
        claim("claim-tokens-more", .wrongData, "tokens: expected 120, found 121") {
            $0.with(tokens: 121)
        },
        claim("claim-tokens-fewer", .wrongData, "tokens: expected 120, found 119") {
            $0.with(tokens: 119)
        },
        claim("claim-tokens-tenfold", .wrongData, "tokens: expected 120, found 1200") {
            $0.with(tokens: 1200)
        },
        claim("claim-loss-first", .notReproduced, "loss of step 1 differs") {
            $0.with(losses: $0.losses.adding(1, at: 0))
        },
        claim("claim-loss-last", .notReproduced, "loss of step 5 differs") {
            $0.with(losses: $0.losses.adding(-1, at: 4))
        },
        claim("claim-losses-exchanged", .notReproduced, "loss of step 2 differs") { claim in
            var losses = claim.losses
            losses.swapAt(1, 3)
            return claim.with(losses: losses)
        },
        claim("claim-state-before", .badState, "state_before: expected ") {
            $0.with(stateBefore: other)
        },
        claim("claim-state-after", .notReproduced, "state after the round differs") {
            $0.with(stateAfter: other)
        },
        claim("claim-state-unchanged", .notReproduced, "state after the round differs") {
            $0.with(stateAfter: $0.stateBefore)
        },
        contribution("claim-steps-fewer", .wrongData, "steps: expected 5, found 4") { honest, _ in
            let claim = honest.claim
            return honest.with(
                claim: claim.with(steps: 4, tokens: 96, losses: claim.losses.dropLast()),
                trace: honest.trace.dropLast())
        },
        contribution("claim-steps-more", .wrongData, "steps: expected 5, found 6") { honest, _ in
            let (claim, last) = (honest.claim, honest.trace[2])
            let longer = TraceSegment(
                firstStep: 4, steps: 2, opening: last.opening, closing: last.closing)
            return honest.with(
                claim: claim.with(steps: 6, tokens: 144, losses: claim.losses + [1]),
                trace: honest.trace.dropLast() + [longer])
        },
    ]

    /// Claims that are not in the one form of the format.
    static let claimForms = [
        text(
            "form-type", "field 'type': expected \"contribution\"", "contribution\"", "donation\""),
        text("form-unknown-field", "unknown field 'note'", "\"run\":", "\"note\": 1,\n  \"run\":"),
        text("form-missing-field", "missing field 'data'", "  \"data\":", "  \"date\":"),
        text(
            "form-field-twice", "at byte 0: expected distinct keys", "\"run\":",
            "\"round\": 3,\n  \"run\":"),
        text("form-indentation", "expected the canonical form", "\n  \"run\"", "\n   \"run\""),
        text("form-no-line-feed", "expected the canonical form", "}\n", "}"),
        text("form-fraction", "field 'round': expected ", "\"round\": 3", "\"round\": 3.0"),
        text("form-string-number", "field 'steps': expected ", "\"steps\": 5", "\"steps\": \"5\""),
        text("form-zero-steps", "field 'steps': expected ", "\"steps\": 5", "\"steps\": 0"),
        text("form-round-zero", "field 'round': expected ", "\"round\": 3", "\"round\": 0"),
        text(
            "form-round-huge", "field 'round': expected ", "\"round\": 3", "\"round\": 4294967296"),
        text(
            "form-negative-loss", "field 'loss_micronats': expected ", "\"loss_micronats\": [",
            "\"loss_micronats\": [\n    -1,"),
        text(
            "form-arithmetic-version", "field 'arithmetic': expected ", "\"version\": 1",
            "\"version\": 2"),
        text("form-comment", "at byte ", "{\n", "{ // honest\n"),
        member("form-byte-order-mark", "contribution.json", "contribution.json: at byte 0: ") {
            [0xEF, 0xBB, 0xBF] + $0
        },
        member("form-empty-claim", "contribution.json", "contribution.json: at byte 0: ") { _ in
            []
        },
        member("form-deep-claim", "contribution.json", "contribution.json: at byte 2: ") { _ in
            [UInt8](repeating: UInt8(ascii: "["), count: 1000)
        },
        member(
            "form-long-claim", "contribution.json", "contribution.json: expected at most 4312 bytes"
        ) { $0 + [UInt8](repeating: 0x20, count: 1 << 16) },
        contribution(
            "form-losses-missing", .malformed, "trace and losses: expected 5 steps, found 5 and 4"
        ) { honest, _ in
            honest.with(claim: honest.claim.with(losses: honest.claim.losses.dropLast()))
        },
    ]

    /// False state roots, one after each segment, and traces that no round leaves.
    static let traceLies =
        (0..<3).map { segment in
            trace(
                "trace-root-after-segment-\(segment + 1)", .notReproduced,
                "segment \(segment + 1) (steps \(["1 to 2", "3 to 4", "5 to 5"][segment])) ends in"
            ) { honest in
                var trace = honest
                trace[segment] = trace[segment].with(closing: other)
                if segment < 2 { trace[segment + 1] = trace[segment + 1].with(opening: other) }
                return trace
            }
        } + [
            trace("trace-first-root", .notReproduced, "segment 1 (steps 1 to 2) ends in") {
                [$0[0].with(opening: other)] + $0.dropFirst()
            },
            trace("trace-forged", .notReproduced, "segment 1 (steps 1 to 2) ends in") { honest in
                honest.map { segment in
                    segment.with(
                        opening: Digest(hashing: [UInt8(segment.firstStep)]),
                        closing: Digest(hashing: [UInt8(segment.firstStep + segment.steps)]))
                }
            },
            trace("trace-one-segment", .notReproduced, "segment 1 (steps 1 to 2) ends in") {
                [
                    TraceSegment(
                        firstStep: 0, steps: 5, opening: $0[0].opening, closing: $0[2].closing)
                ]
            },
            trace("trace-gap", .malformed, "trace.ndjson: line 2: field 'opening': expected ") {
                [$0[0], $0[1].with(opening: other), $0[2]]
            },
            trace(
                "trace-short", .malformed, "trace and losses: expected 5 steps, found 4 and 5"
            ) { $0.dropLast() },
            trace(
                "trace-exchanged", .malformed,
                "trace.ndjson: line 1: field 'first_step': expected 0, found 2"
            ) { [$0[1], $0[0], $0[2]] },
            trace("trace-empty", .malformed, "trace and losses: expected 5 steps, found 0 and 5") {
                _ in []
            },
            member("trace-blank-line", "trace.ndjson", "trace.ndjson: expected the canonical form")
            {
                $0 + [0x0A]
            },
            member("trace-no-json", "trace.ndjson", "trace.ndjson: line 1: at byte 0: ") { _ in
                Array("steps\n".utf8)
            },
            member("trace-long", "trace.ndjson", "trace.ndjson: expected at most 1285 bytes") {
                $0 + [UInt8](repeating: 0x20, count: 1 << 16)
            },
        ]

    private static func claim(
        _ name: String, _ outcome: Verdict.Outcome, _ reason: String,
        _ change: @escaping @Sendable (Claim) -> Claim
    ) -> ContributionCase {
        contribution(name, outcome, reason) { honest, _ in
            honest.with(claim: change(honest.claim))
        }
    }

    private static func trace(
        _ name: String, _ outcome: Verdict.Outcome, _ reason: String,
        _ change: @escaping @Sendable ([TraceSegment]) -> [TraceSegment]
    ) -> ContributionCase {
        contribution(name, outcome, reason) { honest, _ in
            honest.with(trace: change(honest.trace))
        }
    }

    private static func text(
        _ name: String, _ reason: String, _ old: String, _ new: String
    ) -> ContributionCase {
        artifact(name, .malformed, "contribution.json: \(reason)") { setting in
            var artifact = setting.signed(try setting.honest().contribution)
                .replacing(old, by: new, in: "contribution.json")
            artifact.sign(with: SampleRound.keys[0])
            return artifact
        }
    }
}
