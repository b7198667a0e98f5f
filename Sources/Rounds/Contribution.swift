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
    package let update: [EncodedTensor]

    /// A contribution of the given parts.
    package init(claim: Claim, trace: [TraceSegment], update: [EncodedTensor]) {
        self.claim = claim
        self.trace = trace
        self.update = update
    }

    /// The most steps of a round of any run (docs/formats/run.md).
    package static let stepLimit = 1_000_000

    /// Reads a contribution of at most `stepLimit` steps, and checks everything that needs no
    /// other file than the run's.
    ///
    /// One that was read before, known again by its digest, `wasRead`: its update's chunks are not
    /// checked a second time.
    package init(
        _ artifact: Artifact, layout: ParameterLayout, codec: UpdateFormat,
        stepLimit: Int = Contribution.stepLimit, wasRead: Bool = false
    ) throws(MalformedInput) {
        guard artifact.paths == Contribution.memberPaths else {
            throw MalformedInput(
                "members: expected \(Contribution.memberPaths), found \(artifact.paths)")
        }
        claim = try Claim(
            parsing: artifact.member("contribution.json"), stepLimit: stepLimit)
        trace = try Contribution.trace(
            artifact.member("trace.ndjson"), stepLimit: min(claim.steps, stepLimit))
        update = try UpdateFile.decode(
            Contribution.bounded(
                artifact.member(UpdateFile.name),
                by: UpdateFile.byteLimit(layout, codec), UpdateFile.name),
            layout: layout, format: codec, checksChunks: !wasRead)
        guard trace.steps == claim.steps, claim.losses.count == claim.steps else {
            throw MalformedInput(
                "trace and losses: expected \(claim.steps) steps, "
                    + "found \(trace.steps) and \(claim.losses.count)")
        }
    }

    private static let memberPaths = ["contribution.json", "trace.ndjson", UpdateFile.name]

    /// The contribution as a bundle, not yet signed.
    package func artifact(layout: ParameterLayout, codec: UpdateFormat) -> Artifact {
        Artifact(
            kind: .contribution,
            members: [
                ("contribution.json", claim.json.prettyBytes()),
                ("trace.ndjson", trace.lines),
                (UpdateFile.name, UpdateFile.encode(update, format: codec)),
            ])
    }

    private static func bounded(
        _ bytes: [UInt8], by limit: Int, _ member: String
    ) throws(MalformedInput) -> [UInt8] {
        guard bytes.count <= limit else {
            throw MalformedInput(
                "expected at most \(limit) bytes, found \(bytes.count)", in: member)
        }
        return bytes
    }

    /// The most bytes in a line of the trace; a segment has at least one step.
    private static let traceLineLimit = JSONLimits(bytes: 256, depth: 1)

    private static func trace(
        _ bytes: [UInt8], stepLimit: Int
    ) throws(MalformedInput) -> [TraceSegment] {
        let limit = stepLimit * (traceLineLimit.bytes + 1)
        var segments: [TraceSegment] = []
        let lines = try bounded(bytes, by: limit, "trace.ndjson")
            .split(separator: UInt8(ascii: "\n"))
        for (number, line) in lines.enumerated() {
            do throws(MalformedInput) {
                try segments.append(
                    following: TraceSegment(JSON(parsing: Array(line), limits: traceLineLimit)))
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
