import Artifacts
import Encodings
import Foundation
import Identity
import Storage
import Testing

@Suite("bundles")
struct BundleTests {
    @Test("a bundle comes back as it was written")
    func roundTrip() throws {
        let artifact = Samples.small()
        let read = try Artifact.read(bytes: artifact.fileBytes(), expecting: .contribution)
        #expect(read == artifact)
        #expect(read.paths == ["contribution.json", "trace/0.hashes", "update.safetensors"])
        #expect(read.manifest.signers == [Samples.key.publicKey])
        let update = try read.member("update.safetensors")
        #expect(update == Array(0..<200))
        #expect(throws: MalformedInput("missing member 'x'")) { try read.member("x") }
    }

    @Test("one member is kept, if it is not too large, and the others are only checked")
    func keeping() throws {
        let file = Samples.small().fileBytes()
        for (limit, isKept) in [(3, true), (2, false)] {
            var source = MemorySource(file)
            let read = try Artifact.read(
                from: &source, expecting: nil, sinks: .keeping("contribution.json", limit: limit))
            #expect(read == Samples.small())
            #expect((read.sink("contribution.json") == nil) == isKept)
            #expect(read.sink("update.safetensors") != nil)
        }
    }

    @Test("every kind is read by the name it is written with", arguments: ArtifactKind.allCases)
    func kinds(kind: ArtifactKind) throws {
        let artifact = Artifact(kind: kind, members: [("a", [1])])
        let read = try Artifact.read(bytes: artifact.fileBytes(), expecting: kind)
        #expect(read.kind == kind)
    }

    @Test("the same members give the same bytes, in whatever order they come")
    func determinism() {
        let first = Artifact(kind: .shard, members: [("b", [1]), ("a", [2])])
        let second = Artifact(kind: .shard, members: [("a", [2]), ("b", [1])])
        #expect(first.fileBytes() == second.fileBytes())
        #expect(first.fileBytes() == first.fileBytes())
    }

    @Test("the manifest reads as the specification says")
    func manifestText() {
        let artifact = Artifact(kind: .workerState, members: [("b/c", [1, 2]), ("a", [])])
        let text = """
            nous-tools worker-state v1
            # 0 a
            \(Samples.hex([]))  a
            # 2 b/c
            \(Samples.hex([1, 2]))  b/c

            """
        #expect(artifact.manifest.text == Array(text.utf8))
        #expect(artifact.digest == Digest(hashing: Array(text.utf8)))
    }

    @Test("signing changes the file but not the digest")
    func signing() throws {
        let unsigned = Artifact(kind: .shard, members: [("a", [1])])
        var signed = unsigned
        signed.sign(with: Samples.key)
        #expect(signed.digest == unsigned.digest)
        #expect(signed.fileBytes() != unsigned.fileBytes())
    }

    @Test("an artifact larger than several frames comes back")
    func large() throws {
        let numbers = (0..<(1 << 19)).map { UInt32(truncatingIfNeeded: $0 &* 2_654_435_761) }
        let artifact = Artifact(
            kind: .checkpoint, members: [("model.safetensors", LittleEndian.bytes(of: numbers))])
        let read = try Artifact.read(bytes: artifact.fileBytes(), expecting: nil)
        #expect(read == artifact)
    }

    @Test("every prefix of a .tar.zst file is refused")
    func prefixes() {
        let file = Samples.small().fileBytes()
        for count in file.indices {
            #expect(throws: MalformedInput.self) {
                try Artifact.read(bytes: [UInt8](file[..<count]), expecting: nil)
            }
        }
    }

    @Test("every changed byte of a .tar.zst file is refused")
    func mutations() {
        let file = Samples.small().fileBytes()
        for index in file.indices {
            for change in [0x01, 0x10, 0x80, 0xFF] as [UInt8] {
                var changed = file
                changed[index] ^= change
                #expect(throws: MalformedInput.self) {
                    try Artifact.read(bytes: changed, expecting: nil)
                }
            }
        }
    }

    @Test(
        "every prefix of a plain tar file is refused, and every changed byte unless of a signature")
    func plainTar() throws {
        let artifact = Samples.small()
        let members = try artifact.paths.map { ($0, try artifact.member($0)) }
        let file = Samples.tar([("MANIFEST", artifact.manifest.bytes)] + members)
        let read = try Artifact.read(bytes: file, expecting: .contribution)
        #expect(read == artifact)
        for count in stride(from: 0, to: file.count, by: 37) {
            #expect(throws: MalformedInput.self) {
                try Artifact.read(bytes: [UInt8](file[..<count]), expecting: nil)
            }
        }
        for index in file.indices {
            var changed = file
            changed[index] ^= 1
            let other = try? Artifact.read(bytes: changed, expecting: nil)
            #expect(other == nil || other?.manifest.signers == [])
        }
    }

    @Test("another kind than expected is refused")
    func kind() {
        let file = Samples.small().fileBytes()
        #expect(
            throws: MalformedInput("expected a checkpoint, found a contribution", in: "MANIFEST")
        ) { try Artifact.read(bytes: file, expecting: .checkpoint) }
    }

    @Test("the manifest can be read alone")
    func manifestOnly() throws {
        let artifact = Samples.small()
        var source = MemorySource(artifact.fileBytes())
        let manifest = try Artifact.readManifest(from: &source, expecting: .contribution)
        #expect(manifest == artifact.manifest)
    }

    @Test("limits on members and their sizes are kept")
    func limits() {
        let file = Samples.small().fileBytes()
        var limits = ArtifactLimits.standard
        limits.memberCount = 2
        #expect(throws: MalformedInput("expected at most 2 members, found 3", in: "MANIFEST")) {
            try Artifact.read(bytes: file, expecting: nil, limits: limits)
        }
        limits = ArtifactLimits.standard
        limits.memberSize = 199
        #expect(
            throws: MalformedInput(
                "member 'update.safetensors': expected at most 199 bytes, found 200",
                in: "MANIFEST")
        ) { try Artifact.read(bytes: file, expecting: nil, limits: limits) }
        #expect(
            throws: MalformedInput(
                "expected at most 202 bytes in all members, found more", in: "MANIFEST")
        ) { try Artifact.read(bytes: file, expecting: nil, limits: .totalSize(202)) }
        limits = ArtifactLimits.standard
        limits.manifestSize = 100
        #expect(throws: MalformedInput.self) {
            try Artifact.read(bytes: file, expecting: nil, limits: limits)
        }
    }
}
