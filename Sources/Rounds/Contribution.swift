package import Artifacts
package import Encodings
import Identity
package import LanguageModel
import Storage
package import UpdateCodec

/// One worker's work of one round: a compressed update and the commitments that make it checkable.
///
/// Specified in docs/formats/contribution.md.
package struct Contribution: Sendable {
    /// What the worker says it did.
    package let claim: Claim
    /// State roots around each segment of inner steps.
    package let trace: [TraceSegment]
    /// The compressed update, one entry a tensor in layout order.
    package let update: [SparseSigns]

    /// A contribution of the given parts.
    package init(claim: Claim, trace: [TraceSegment], update: [SparseSigns]) {
        self.claim = claim
        self.trace = trace
        self.update = update
    }

    /// Reads a contribution and checks everything that needs no other file than the run's.
    package init(
        _ artifact: Artifact, layout: ParameterLayout, codec: TopKSign
    ) throws(MalformedInput) {
        guard artifact.paths == Contribution.memberPaths else {
            throw MalformedInput(
                "members: expected \(Contribution.memberPaths), found \(artifact.paths)")
        }
        claim = try Claim(parsing: artifact.member("contribution.json"))
        trace = try Contribution.trace(artifact.member("trace.ndjson"))
        update = try UpdateFile.decode(
            artifact.member("update.safetensors"), layout: layout, codec: codec)
        guard trace.steps == claim.steps, claim.losses.count == claim.steps else {
            throw MalformedInput(
                "trace and losses: expected \(claim.steps) steps, "
                    + "found \(trace.steps) and \(claim.losses.count)")
        }
    }

    private static let memberPaths = ["contribution.json", "trace.ndjson", "update.safetensors"]

    /// The contribution as a bundle, not yet signed.
    package func artifact(layout: ParameterLayout, codec: TopKSign) -> Artifact {
        Artifact(
            kind: .contribution,
            members: [
                ("contribution.json", claim.json.prettyBytes()),
                ("trace.ndjson", trace.lines),
                ("update.safetensors", UpdateFile.encode(update, layout: layout, codec: codec)),
            ])
    }

    private static func trace(_ bytes: [UInt8]) throws(MalformedInput) -> [TraceSegment] {
        var segments: [TraceSegment] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            do throws(MalformedInput) {
                try segments.append(following: TraceSegment(JSON(parsing: Array(line))))
            } catch {
                throw error.within("trace.ndjson: line \(number + 1)")
            }
        }
        guard segments.lines == bytes else {
            throw MalformedInput("expected the canonical form", in: "trace.ndjson")
        }
        return segments
    }
}
