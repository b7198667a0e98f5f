import Artifacts
import Encodings
import Identity
import LanguageModel
import Rounds
import SampleRound
import Storage
import Testing
import UpdateCodec

@Suite("Contributions") struct ContributionTests {
    static let round = SampleRound.first
    static let layout = round.base.layout
    static let codec = round.run.codec.codec

    /// Five honest steps: segments of 2, 2 and 1.
    static let honest = Result { try round.train(worker: 0).contribution }

    static func artifact() throws -> Artifact {
        try honest.get().artifact(layout: layout, codec: codec)
    }

    static func read(_ artifact: Artifact) throws(MalformedInput) -> Contribution {
        try Contribution(artifact, layout: layout, codec: codec)
    }

    @Test func readBackEqual() throws {
        let honest = try Self.honest.get()
        let read = try Self.read(Self.artifact())
        #expect(read.claim == honest.claim)
        #expect(read.trace == honest.trace)
        #expect(read.update == honest.update)
        #expect(read.artifact(layout: Self.layout, codec: Self.codec) == (try Self.artifact()))
    }

    @Test("whatever the codec is", arguments: [64, 257, 4096], ValueFormat.allCases)
    func readBackEqualForEveryCodec(chunk: Int64, values: ValueFormat) throws {
        for transform in Transform.allCases {
            let round = SampleRound.sample([
                "codec.chunk": .integer(chunk), "codec.values": .string(values.rawValue),
                "codec.transform": .string(transform.rawValue),
            ])
            let contribution = try round.train(worker: 2).contribution
            let codec = round.run.codec.codec
            let artifact = contribution.artifact(layout: Self.layout, codec: codec)
            let read = try Contribution(artifact, layout: Self.layout, codec: codec)
            #expect(read.update == contribution.update)
        }
    }

    @Test func survivesItsFileAndKeepsItsSignature() throws {
        var artifact = try Self.artifact()
        let digest = artifact.digest
        artifact.sign(with: SampleRound.keys[0])
        let read = try Artifact.read(bytes: artifact.fileBytes(), expecting: .contribution)
        #expect(read.manifest.signers == [SampleRound.keys[0].publicKey])
        #expect(read.digest == digest)
    }

    @Test func segmentsCoverTheSteps() throws {
        let trace = try Self.honest.get().trace
        #expect(trace.map(\.firstStep) == [0, 2, 4])
        #expect(trace.map(\.steps) == [2, 2, 1])
        #expect(trace[0].closing == trace[1].opening && trace[1].closing == trace[2].opening)
    }

    @Test(
        "other members are refused",
        arguments: ["contribution.json", "trace.ndjson", "update.nous", "notes.txt"])
    func refusesOtherMembers(member: String) throws {
        let artifact = try Self.artifact().changing(member) { $0.isEmpty ? [1] : nil }
        let line = refusal { _ = try Self.read(artifact) }
        #expect(
            line == "members: expected [\"contribution.json\", \"trace.ndjson\", "
                + "\"update.nous\"], found \(artifact.paths)")
    }

    static let claims: [(old: String, new: String, reason: String)] = [
        ("\"type\": \"contribution\"", "\"type\": \"verdict\"", "field 'type': expected "),
        ("\"round\": 1", "\"round\": 0", "field 'round': expected an integer from 1 to 4294967295"),
        ("\"round\": 1", "\"round\": 4294967296", "field 'round': expected an integer from 1"),
        ("\"exact\"", "\"loose\"", "field 'arithmetic': expected {\"class\":\"exact\""),
        ("\"version\": 1", "\"version\": 2", "field 'arithmetic': expected {\"class\":\"exact\""),
        ("\"steps\": 5", "\"steps\": 0", "field 'steps': expected an integer from 1"),
        ("\"steps\": 5", "\"steps\": \"5\"", "field 'steps': expected an integer from 1"),
        ("\"tokens\": 120", "\"tokens\": 0", "field 'tokens': expected an integer from 1"),
        ("\"base\"", "\"bass\"", "missing field 'base'"),
        ("\"steps\": 5", "\"steps\": 5,\n  \"note\": 1", "unknown field 'note'"),
        ("\"state_before\": null", "\"state_before\": \"x\"", "field 'state_before': expected "),
        ("\"worker\": \"", "\"worker\": \"0", "field 'worker': expected "),
        ("\"steps\": 5", "\"steps\":  5", "expected the canonical form"),
        ("\"round\": 1,", "\"round\": 1, ", "expected the canonical form"),
    ]

    @Test("a claim that is not as specified is refused", arguments: claims)
    func refusesAClaim(old: String, new: String, reason: String) throws {
        let artifact = try Self.artifact().replacing(old, by: new, in: "contribution.json")
        let line = refusal { _ = try Self.read(artifact) }
        #expect(line?.hasPrefix("contribution.json: \(reason)") == true, "\(line ?? "accepted")")
    }

    @Test func refusesAClaimInAnotherOrder() throws {
        let artifact = try Self.artifact().changing("contribution.json") { bytes in
            (try? JSON(parsing: bytes))?.canonicalBytes()
        }
        #expect(
            refusal { _ = try Self.read(artifact) }
                == "contribution.json: expected the canonical form")
    }

    static let traces: [(old: String, new: String, reason: String)] = [
        (
            "\"first_step\":2", "\"first_step\":1",
            "trace.ndjson: line 2: field 'first_step': expected 2, found 1"
        ),
        (
            "\"first_step\":0,\"steps\":2", "\"first_step\":0,\"steps\":1",
            "trace.ndjson: line 2: field 'first_step': expected 1, found 2"
        ),
        (
            "\"steps\":1", "\"steps\":2",
            "trace and losses: expected 5 steps, found 6 and 5"
        ),
        (
            "\"steps\":1", "\"steps\":0",
            "trace.ndjson: line 3: segment: field 'steps': expected an integer from 1 to "
                + "1099511627776, found 0"
        ),
        ("\"steps\":1", "\"steps\": 1", "trace.ndjson: expected the canonical form"),
        (
            "}\n{\"first_step\":4", "}\n\n{\"first_step\":4",
            "trace.ndjson: expected the canonical form"
        ),
        ("\"opening\"", "\"start\"", "trace.ndjson: line 1: segment: missing field 'opening'"),
    ]

    @Test("a trace that is not as specified is refused", arguments: traces)
    func refusesATrace(old: String, new: String, reason: String) throws {
        let artifact = try Self.artifact().replacing(old, by: new, in: "trace.ndjson")
        #expect(refusal { _ = try Self.read(artifact) } == reason)
    }

    @Test func refusesATraceWithoutItsLastLineFeed() throws {
        let artifact = try Self.artifact().changing("trace.ndjson") { $0.dropLast() }
        #expect(
            refusal { _ = try Self.read(artifact) } == "trace.ndjson: expected the canonical form")
    }

    @Test func refusesASegmentThatOpensElsewhere() throws {
        let honest = try Self.honest.get()
        let elsewhere = Digest(hashing: [])
        let artifact = try Self.artifact().replacing(
            "\"opening\":\"\(honest.trace[1].opening)\"", by: "\"opening\":\"\(elsewhere)\"",
            in: "trace.ndjson")
        #expect(
            refusal { _ = try Self.read(artifact) }
                == "trace.ndjson: line 2: field 'opening': expected \(honest.trace[0].closing), "
                + "found \(elsewhere)")
    }

    @Test func refusesLossesThatDoNotCoverTheSteps() throws {
        let honest = try Self.honest.get()
        let changed = Contribution(
            claim: honest.claim.with(losses: honest.claim.losses.dropLast()),
            trace: honest.trace, update: honest.update)
        let artifact = changed.artifact(layout: Self.layout, codec: Self.codec)
        #expect(
            refusal { _ = try Self.read(artifact) }
                == "trace and losses: expected 5 steps, found 5 and 4")
    }
}
