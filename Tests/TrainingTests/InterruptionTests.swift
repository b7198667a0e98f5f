import Artifacts
import Encodings
import Numerics
import Rounds
import SampleRound
import Testing
import Training

@Suite("An interrupted round") struct InterruptionTests {
    static func inputs() throws -> LocalRound.Inputs {
        Sample.second.inputs(worker: 0, state: try Sample.firstResult.get().state)
    }

    /// The round as it is after `steps`, from the file of a snapshot.
    static func saved(after steps: Int, from snapshot: Artifact? = nil) throws -> Artifact {
        var round = Sample.begin(try inputs())
        if let snapshot { #expect(try round.resume(from: snapshot)) }
        while round.step < steps { try round.advance() }
        return try Artifact.read(bytes: round.snapshot().fileBytes(), expecting: .snapshot)
    }

    static func finished(from snapshot: Artifact) throws -> (Contribution, WorkerState) {
        var round = Sample.begin(try inputs(), threads: 2, microBatch: 2)
        #expect(try round.resume(from: snapshot))
        while !round.isComplete { try round.advance() }
        return try round.finish()
    }

    static func expectSame(_ result: (Contribution, WorkerState)) throws {
        let expected = try Sample.secondResult.get()
        #expect(Sample.bundle(result.0) == Sample.bundle(expected.contribution))
        #expect(
            result.1.artifact(layout: Sample.layout)
                == expected.state.artifact(layout: Sample.layout))
    }

    @Test("goes on to the same bits, whatever the step", arguments: 0...5)
    func resumesAnywhere(step: Int) throws {
        try Self.expectSame(Self.finished(from: Self.saved(after: step)))
    }

    @Test("also when interrupted twice", arguments: 0...5, 0...5)
    func resumesTwice(first: Int, second: Int) throws {
        guard first <= second else { return }
        let once = try Self.saved(after: first)
        try Self.expectSame(Self.finished(from: Self.saved(after: second, from: once)))
    }

    @Test func aSnapshotOfASnapshotIsTheSame() throws {
        let snapshot = try Self.saved(after: 3)
        #expect(try Self.saved(after: 3, from: snapshot) == snapshot)
    }

    @Test("does not go on from another worker's, state's, base's or run's snapshot")
    func ignoresOthers() throws {
        let state = try Sample.firstResult.get().state
        let other = SampleRound.sample(["optimizer.beta1": .number("0.8")])
        let others = [
            Sample.second.inputs(worker: 1, state: state), Sample.second.inputs(worker: 0),
            Sample.first.inputs(worker: 0, state: state),
            SampleRound(run: other.run, base: Sample.second.base).inputs(worker: 0, state: state),
        ]
        for inputs in others {
            var stranger = Sample.begin(inputs)
            try stranger.advance()
            var round = Sample.begin(try Self.inputs())
            #expect(try round.resume(from: stranger.snapshot()) == false)
            #expect(round.step == 0)
            while !round.isComplete { try round.advance() }
            try Self.expectSame(try round.finish())
        }
    }

    @Test("refuses a snapshot with a changed byte")
    func refusesChangedBytes() throws {
        let file = try Self.saved(after: 3).fileBytes()
        for position in stride(from: 0, to: file.count, by: file.count / 50) {
            var changed = file
            changed[position] ^= 1
            let line = refusal { _ = try Artifact.read(bytes: changed, expecting: .snapshot) }
            #expect(line != nil, "byte \(position)")
        }
    }

    static let changes: [(old: String, new: String, reason: String)] = [
        (
            "\"step\": 3", "\"step\": 6",
            "snapshot.json: field 'step': expected an integer from 0 to 5, found 6"
        ),
        ("\"step\": 3", "\"step\": 2", "field 'loss_micronats': expected 2 losses, found 3"),
        ("\"steps\": 2", "\"steps\": 3", "field 'trace': expected segments of 2 steps, found 3"),
        ("\"first_step\": 0", "\"first_step\": 1", "field 'first_step': expected 0, found 1"),
        ("\"trace\"", "\"track\"", "snapshot.json: missing field 'trace'"),
        ("\"step\": 3", "\"step\": 3, \"x\": 0", "snapshot.json: unknown field 'x'"),
    ]

    @Test("refuses a snapshot that contradicts itself", arguments: changes)
    func refusesChanges(old: String, new: String, reason: String) throws {
        let snapshot = try Self.saved(after: 3).replacing(old, by: new, in: "snapshot.json")
        var round = Sample.begin(try Self.inputs())
        #expect(refusal { _ = try round.resume(from: snapshot) } == reason)
        #expect(round.step == 0)
    }

    @Test func refusesASnapshotThatOpensElsewhere() throws {
        let snapshot = try Self.saved(after: 3)
        let json = try JSON(parsing: snapshot.member("snapshot.json"))
        let opening = try #require(json["opening"]?.string)
        let changed = snapshot.replacing(
            "\"opening\": \"\(opening)\",\n  \"trace\"",
            by: "\"opening\": \"\(Sample.first.base.digest)\",\n  \"trace\"", in: "snapshot.json")
        var round = Sample.begin(try Self.inputs())
        #expect(
            refusal { _ = try round.resume(from: changed) }
                == "field 'opening': expected the last closing root, "
                + "found \(Sample.first.base.digest)")
    }

    @Test func refusesASnapshotWithNumbersThatAreNotFinite() throws {
        let snapshot = try Self.saved(after: 3).changing("snapshot.safetensors") { bytes in
            bytes.dropLast(4) + LittleEndian.bytes(of: [Float.nan])
        }
        var round = Sample.begin(try Self.inputs())
        let line = refusal { _ = try round.resume(from: snapshot) }
        #expect(
            line == "snapshot.safetensors: tensor 'second_moment.model.norm.weight': "
                + "expected finite numbers")
    }
}
