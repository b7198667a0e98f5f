import Artifacts
import Encodings
import Identity
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Testing

@Suite("Segment states") struct SegmentStateTests {
    let layout = SampleRound.first.base.layout

    /// A state with different numbers everywhere, all of them bfloat16 numbers.
    var state: SegmentState {
        let buffers = (1...3).map { factor in
            FloatStorage(copying: (0..<layout.count).map { Float($0 % 128 * factor) })
        }
        return SegmentState(
            SegmentState.Place(
                run: SampleRound.first.run.digest, worker: SampleRound.keys[0].publicKey,
                round: 3, segment: 2, root: Digest(hashing: [])),
            parameters: .float32(buffers[0]), firstMoment: buffers[1], secondMoment: buffers[2])
    }

    private func read(
        _ artifact: Artifact, _ precision: Precision = .float32
    ) throws(MalformedInput) -> SegmentState {
        try SegmentState(artifact, layout: layout, precision: precision)
    }

    @Test("are read back equal, in either precision") func readBack() throws {
        let artifact = state.artifact(layout: layout)
        #expect(artifact.kind == .segmentState)
        #expect(artifact.paths == ["segment.json", "segment.safetensors"])
        for precision in [Precision.float32, .bfloat16] {
            let read = try read(artifact, precision)
            #expect(read.place == state.place)
            #expect(read.parameters.view.array == state.parameters.view.array)
            #expect(read.firstMoment.view.array == state.firstMoment.view.array)
            #expect(read.secondMoment.view.array == state.secondMoment.view.array)
            #expect(read.artifact(layout: layout) == artifact)
        }
    }

    @Test(
        "a description that is not as specified is refused",
        arguments: [
            ("\"segment\": 2", "\"segment\": 1", "field 'segment': expected an integer from 2"),
            ("\"round\": 3", "\"round\": 0", "field 'round': expected an integer from 1"),
            ("\"round\": 3", "\"round\": 3, \"x\": 0", "unknown field 'x'"),
            ("\"worker\"", "\"miner\"", "missing field 'worker'"),
        ])
    func refusesADescription(old: String, new: String, reason: String) {
        let artifact = state.artifact(layout: layout).replacing(old, by: new, in: "segment.json")
        let line = refusal { _ = try read(artifact) }
        #expect(line?.hasPrefix("segment.json: \(reason)") == true, "\(line ?? "accepted")")
    }

    @Test("of other members, or with numbers that are not finite or not rounded, are refused")
    func refusesContents() {
        let artifact = state.artifact(layout: layout)
        let more = artifact.changing("x") { _ in [1] }
        #expect(refusal { _ = try read(more) } == "unexpected member 'x'")
        let infinite = artifact.changing("segment.safetensors") { bytes in
            bytes.dropLast(4) + LittleEndian.bytes(of: [Float.infinity])
        }
        #expect(refusal { _ = try read(infinite) }?.hasSuffix("expected finite numbers") == true)
        let fine = FloatStorage(count: layout.count)
        fine.view[5] = Float(1).nextUp
        let unrounded = SegmentState(
            state.place, parameters: .float32(fine), firstMoment: fine, secondMoment: fine
        ).artifact(layout: layout)
        #expect(refusal { _ = try read(unrounded) } == nil)
        #expect(
            refusal { _ = try read(unrounded, .bfloat16) }?.hasSuffix("expected bfloat16 numbers")
                == true)
    }
}

@Suite("Segments of a round") struct SegmentationTests {
    @Test("cover all its steps, the last maybe fewer", arguments: 1...9, 1...4)
    func coverage(steps: Int, segmentSteps: Int) {
        let segments = RoundSegments(steps: steps, segmentSteps: segmentSteps)
        let ranges = (1...segments.count).map(segments.steps(ofSegment:))
        #expect(ranges.flatMap { Array($0) } == Array(0..<steps))
        #expect(ranges.dropLast().allSatisfy { $0.count == segmentSteps })
        for step in 0...steps {
            let beginning = ranges.firstIndex { $0.lowerBound == step }.map { $0 + 1 }
            #expect(segments.segment(beginningAfter: step) == beginning)
        }
    }
}
