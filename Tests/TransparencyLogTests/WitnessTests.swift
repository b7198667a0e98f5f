import Encodings
import Identity
import Storage
import Testing
import TransparencyLog

@Suite("Witnesses, proofs and policies")
struct WitnessTests {
    let witness = SigningKey(seed: Array(repeating: 9, count: 32))
    let name = "witness.example/w"

    var witnessKey: VerifierKey {
        VerifierKey(name: name, use: .cosignature, key: witness.publicKey)
    }

    func policy(_ sample: LogSample, _ quorum: String) throws -> LogPolicy {
        let log = VerifierKey(ofLogBeginningWith: try sample.snapshot().first)
        return try LogPolicy(
            parsing: Array(
                "# a policy\nlog \(log)\nwitness W \(witnessKey) https://w.example\n\(quorum)\n"
                    .utf8))
    }

    @Test("a witness cosigns what continues what it cosigned, and nothing else")
    func cosigning() throws {
        let (sample, fork) = (try LogSample(entries: 300), try LogSample(entries: 299))
        let log = VerifierKey(ofLogBeginningWith: try sample.snapshot().first)
        var state = WitnessState()
        try state.accept(try WitnessRequest(to: sample.snapshot(), from: 0), of: log)
        try sample.append(300..<700)
        let next = try WitnessRequest(to: sample.snapshot(), from: 301)
        #expect(throws: MalformedInput.self) {
            try state.accept(try WitnessRequest(to: sample.snapshot(), from: 300), of: log)
        }
        try fork.append(1_000..<1_500)
        #expect(throws: MalformedInput.self) {
            try state.accept(try WitnessRequest(to: fork.snapshot(), from: 301), of: log)
        }
        let read = try WitnessRequest(parsing: next.bytes)
        #expect(read.bytes == next.bytes)
        var remembered = try WitnessState(parsing: state.bytes)
        try remembered.accept(read, of: log)
        #expect(remembered.size(of: log.name) == 701)
    }

    @Test("a cosignature holds for one checkpoint, time and key")
    func cosignature() throws {
        let sample = try LogSample(entries: 1)
        var note = try sample.snapshot().note
        #expect(try Cosignature(on: note, by: witnessKey) == nil)
        let made = Cosignature(of: note.text, at: 1_679_315_147, named: name, by: witness)
        note.add(made.signature)
        let read = try SignedNote(parsing: note.bytes)
        #expect(try Cosignature(on: read, by: witnessKey) == made)
        for byte in 0..<72 {
            var altered = made.signature
            altered.signature[byte] ^= 1
            note.add(altered)
            #expect(throws: MalformedInput.self) { try Cosignature(on: note, by: witnessKey) }
        }
    }

    @Test("a policy asks for the log's signature and for a quorum")
    func quorum() throws {
        let sample = try LogSample(entries: 1)
        let snapshot = try sample.snapshot()
        var note = snapshot.note
        try policy(sample, "quorum none").check(snapshot.checkpoint, note)
        let strict = try policy(sample, "group G all W\nquorum G")
        #expect(throws: MalformedInput.self) { try strict.check(snapshot.checkpoint, note) }
        note.add(Cosignature(of: note.text, at: 5, named: name, by: witness).signature)
        #expect(try strict.check(snapshot.checkpoint, note).map(\.time) == [5])
        let unsigned = try SignedNote(text: note.text)
        #expect(throws: MalformedInput.self) {
            try policy(sample, "quorum none").check(snapshot.checkpoint, unsigned)
        }
    }

    @Test(
        "policies that say nothing clear are refused",
        arguments: [
            "", "quorum W\nquorum W", "quorum X", "group none any W\nquorum none",
            "group G 2 W\nquorum G", "group G 0 W\nquorum G", "group W any W\nquorum W",
            "group G any W\ngroup H any W\nquorum H", "group G any G\nquorum G",
            "log x\nquorum none",
            "quorum W extra", "witness V x\nquorum W", "blah\nquorum W",
        ])
    func badPolicies(text: String) throws {
        let sample = try LogSample()
        #expect(throws: MalformedInput.self) { try policy(sample, text) }
    }

    @Test("a proof shows an entry by itself, and no other entry", arguments: [0, 1, 255, 256, 400])
    func proof(index: Int) throws {
        let sample = try LogSample(entries: 400)
        let entries = try sample.entries()
        let proof = try LogProof(of: UInt64(index), in: sample.snapshot())
        let read = try LogProof(parsing: proof.bytes)
        #expect(read.bytes == proof.bytes)
        try read.check(entries[index].line)
        try policy(sample, "quorum none").check(read.checkpoint, read.note)
        #expect(throws: MalformedInput.self) { try read.check(entries[(index + 1) % 401].line) }
    }

    @Test("a proof that is cut short anywhere, or spelled otherwise, is refused or proves nothing")
    func malformedProof() throws {
        let sample = try LogSample(entries: 3)
        let proof = try LogProof(of: 2, in: sample.snapshot())
        let line = try sample.entries()[2].line
        let policy = try policy(sample, "quorum none")
        func isGood(_ bytes: [UInt8]) -> Bool {
            do {
                let read = try LogProof(parsing: bytes)
                try read.check(line)
                try policy.check(read.checkpoint, read.note)
                return true
            } catch {
                return false
            }
        }
        #expect(isGood(proof.bytes))
        for length in proof.bytes.indices { #expect(!isGood(Array(proof.bytes[..<length]))) }
        for index in proof.bytes.indices {
            var altered = proof.bytes
            altered[index] ^= 1
            #expect(!isGood(altered), "byte \(index)")
        }
    }

    /// The example of C2SP signed-note.
    @Test("the specification's example is read and holds")
    func example() throws {
        let text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
        let key = try VerifierKey(parsing: text)
        #expect(key.description == text)
        let note = try SignedNote(parsing: Array(Self.exampleNote.utf8))
        #expect(note.isSigned(by: key.key, named: key.name))
    }

    static let exampleNote = """
        This is an example message.

        \u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

        """

    @Test("keys are read back, and refused with another id", arguments: [0x01, 0x04] as [UInt8])
    func keys(type: UInt8) throws {
        let use = try #require(VerifierKey.Use(rawValue: type))
        let key = VerifierKey(name: name, use: use, key: witness.publicKey)
        #expect(try VerifierKey(parsing: key.description) == key)
        let other = key.description.replacing("+" + Hex.encode(key.identifier), with: "+00000000")
        #expect(throws: MalformedInput.self) { try VerifierKey(parsing: other) }
    }
}
