import Artifacts
import CommandLineTool
import Encodings
package import Identity
package import LanguageModel
package import Rounds
import Storage
package import Training

/// A directory of the states before the segments of rounds:
/// `<worker>/<round>/<segment>.tar.zst`.
package struct SegmentStore {
    /// The directory.
    package let path: String

    /// The store in the directory `path`, which is made when first written.
    package init(_ path: String) { self.path = path }

    /// Where the state before a segment is kept.
    package func file(of worker: PublicKey, round: Int, segment: Int) -> String {
        directory(of: worker, round: round) + "/" + StateStore.fileName(segment)
    }

    /// Keeps the state of a round whose segment `number` begins now.
    package func keep(_ local: LocalRound, segment number: Int) throws {
        let inputs = local.inputs
        try Files.makeDirectory(directory(of: inputs.worker, round: inputs.round))
        try Operand.write(
            local.state(beforeSegment: number).artifact(layout: inputs.base.layout),
            to: file(of: inputs.worker, round: inputs.round, segment: number))
    }

    /// Whether the state before segment `number` of this round is kept.
    package func holds(
        _ number: Int, of inputs: LocalRound.Inputs, trace: [TraceSegment]
    ) -> Bool {
        let file = file(of: inputs.worker, round: inputs.round, segment: number)
        let place = try? SegmentFile.place(file)
        return place
            == SegmentState.Place(
                run: inputs.run.digest, worker: inputs.worker, round: inputs.round,
                segment: number, root: trace[number - 2].closing)
    }

    private func directory(of worker: PublicKey, round: Int) -> String {
        "\(path)/\(worker.base58)/\(StateStore.digits(round))"
    }
}

/// States before segments by file.
package enum SegmentFile {
    /// Which state the file says it holds; the rest is unread.
    package static func place(_ file: String) throws -> SegmentState.Place {
        do {
            var source = try FileSource(path: file)
            let first = try Artifact.readBeginning(
                from: &source, expecting: .segmentState, firstSize: SegmentState.Place.sizeLimit
            ).first
            return try SegmentState.Place(parsing: first)
        } catch let malformed as MalformedInput {
            throw malformed.within(file)
        }
    }

    /// Reads a state into `memory`.
    package static func read(
        _ file: String, layout: ParameterLayout, precision: Precision,
        into memory: SegmentState.Memory
    ) throws -> SegmentState {
        let artifact = try Operand.readArtifact(
            file, expecting: .segmentState, limits: SegmentState.limits(layout),
            sinks: SegmentState.sinks(layout, into: memory))
        do throws(MalformedInput) {
            return try SegmentState(artifact, layout: layout, precision: precision)
        } catch {
            throw error.within(file)
        }
    }
}

/// The states that workers show when they are challenged: bundles, and directories as
/// `nous-train run --keep-states` leaves them.
package struct ShownStates {
    private let stores: [SegmentStore]
    private let files: [(path: String, place: SegmentState.Place)]

    /// The states at `paths`; of single bundles, which state each is of.
    package init(_ paths: [String]) throws {
        stores = paths.filter(Files.isDirectory).map { SegmentStore($0) }
        files = try paths.filter { !Files.isDirectory($0) }
            .map { ($0, try SegmentFile.place($0)) }
    }

    /// The state before a segment of what `claim` is about, read into `memory`, if it is shown.
    package func state(
        before segment: Int, of claim: Claim, layout: ParameterLayout,
        into memory: SegmentState.Memory
    ) throws -> SegmentState? {
        let shown = files.first {
            $0.place.run == claim.run && $0.place.worker == claim.worker
                && $0.place.round == claim.round && $0.place.segment == segment
        }?.path
        let kept = stores.lazy
            .map { $0.file(of: claim.worker, round: claim.round, segment: segment) }
            .first(where: Files.exists)
        guard let file = shown ?? kept else { return nil }
        return try SegmentFile.read(
            file, layout: layout, precision: claim.arithmetic.precision, into: memory)
    }
}
