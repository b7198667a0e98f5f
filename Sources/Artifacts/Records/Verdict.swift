package import Encodings
package import Identity
package import Storage

/// What a verifier found out about one contribution.
package struct Verdict: Sendable, Equatable {
    /// The finding; the raw value is what the record says.
    package enum Outcome: String, Sendable, CaseIterable {
        /// Every check that was made passed.
        case accepted
        /// Not made in exact arithmetic, but within the bounds of docs/tolerance.md.
        case plausible
        /// The file breaks the rules of its format.
        case malformed
        /// A signature is missing or does not hold.
        case badSignature = "bad-signature"
        /// The contribution is for another run or round.
        case wrongRun = "wrong-run"
        /// The contribution starts from another checkpoint.
        case wrongBase = "wrong-base"
        /// The contribution was trained on other data than assigned.
        case wrongData = "wrong-data"
        /// The state that the worker went on from is not the one it ended with before.
        case badState = "bad-state"
        /// Recomputation gave other bytes.
        case notReproduced = "not-reproduced"
        /// This machine cannot tell; says nothing about the worker.
        case cannotVerify = "cannot-verify"
    }

    /// The most bytes in a reason.
    package static let maximumReasonLength = 1024

    /// The largest number of tokens that JSON readers agree on.
    package static let maximumTokens: UInt64 = 1 << 53 - 1

    /// What the contribution says of itself.
    package struct Claims: Sendable, Equatable {
        /// The digest of the run file.
        package var run: Digest
        /// The round.
        package var round: UInt32
        /// The digest of the checkpoint it starts from.
        package var base: Digest
        /// The worker's key.
        package var worker: PublicKey
        /// How many tokens it was trained on.
        package var tokens: UInt64
        /// The digest of the worker state before the round; none in a worker's first round.
        package var stateBefore: Digest?
        /// The digest of the worker state after the round.
        package var stateAfter: Digest

        /// The claims, one by one.
        package init(
            run: Digest, round: UInt32, base: Digest, worker: PublicKey, tokens: UInt64,
            stateBefore: Digest?, stateAfter: Digest
        ) {
            precondition(tokens <= Verdict.maximumTokens, "tokens in bounds")
            self.run = run
            self.round = round
            self.base = base
            self.worker = worker
            self.tokens = tokens
            self.stateBefore = stateBefore
            self.stateAfter = stateAfter
        }
    }

    /// The digest of the contribution; of its file's bytes if those could not be read.
    package var contribution: Digest

    /// What the contribution says of itself; nil only in a `malformed` verdict.
    package var claims: Claims?

    /// The finding.
    package var outcome: Outcome

    /// The finding in words, one line.
    package var reason: String

    /// The verdict that a contribution with `claims` is `outcome`; a long `reason` is cut.
    package init(
        contribution: Digest, claims: Claims?, outcome: Outcome, reason: String
    ) {
        precondition(claims != nil || outcome == .malformed, "a contribution that was read")
        self.contribution = contribution
        self.claims = claims
        self.outcome = outcome
        var text = reason
        while text.utf8.count > Self.maximumReasonLength { text.removeLast() }
        self.reason = text
    }

    /// The record signed by the verifier, members in the order of the specification.
    package func signed(with key: SigningKey) -> JSON {
        var members: [(String, JSON)] = [("type", .string(Self.type))]
        if let claims {
            members += [
                ("run", claims.run.json), ("round", .integer(Int64(claims.round))),
                ("base", claims.base.json),
            ]
        }
        members.append(("contribution", contribution.json))
        if let claims {
            members += [
                ("worker", claims.worker.json), ("tokens", .integer(Int64(claims.tokens))),
            ]
        }
        members += [("verdict", .string(outcome.rawValue)), ("reason", .string(reason))]
        if let claims {
            members += [
                ("state_before", claims.stateBefore?.json ?? .null),
                ("state_after", claims.stateAfter.json),
            ]
        }
        members.append(("verifier", key.publicKey.json))
        let record = JSON.object(members.map { JSONMember(key: $0.0, value: $0.1) })
        return SignedRecord.sign(record, with: key)
    }
}
