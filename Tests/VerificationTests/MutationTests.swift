import Artifacts
import Encodings
import Rounds
import SampleRound
import Storage
import Testing
import Verification

/// Every byte of a contribution's file, each changed in its lowest bit, its highest, and all.
@Suite("Every byte of a contribution matters") struct MutationTests {
    private static let changes: [UInt8] = [0x01, 0x80, 0xFF]

    /// `bytes` with one of them changed, for every byte and every change.
    private static func forEachMutation(
        of bytes: [UInt8], _ body: (_ mutated: [UInt8], _ place: Int) throws -> Void
    ) rethrows {
        var mutated = bytes
        for place in bytes.indices {
            for change in changes {
                mutated[place] ^= change
                try body(mutated, place)
                mutated[place] = bytes[place]
            }
        }
    }

    @Test("in its file, which is refused") func file() throws {
        let file = try Court.published(worker: 2).fileBytes()
        Self.forEachMutation(of: file) { mutated, place in
            let line = refusal { _ = try Artifact.read(bytes: mutated, expecting: .contribution) }
            #expect(line != nil && line?.hasPrefix("another error") == false, "byte \(place)")
        }
    }

    @Test("in its frames, which are refused under any trailer or hold the same")
    func frames() throws {
        let published = try Court.published(worker: 2)
        let file = published.fileBytes()
        let (frames, trailer) = (Array(file.dropLast(53)), Array(file.suffix(53).dropLast(32)))
        var same = 0
        try Self.forEachMutation(of: frames) { mutated, place in
            let sealed = mutated + trailer + Digest(hashing: mutated).bytes
            do {
                let found = try Artifact.read(bytes: sealed, expecting: .contribution)
                #expect(found == published, "byte \(place)")
                same += 1
            } catch is MalformedInput {}
        }
        // Other codes for the same content; the digest of the artifact does not depend on them.
        #expect(same * 150 < frames.count * Self.changes.count)
    }

    @Test("in its tar file, which is refused or not signed by its worker") func tar() throws {
        let published = try Court.published(worker: 2)
        var content = ZstdFrameSource(BufferedSource(MemorySource(published.fileBytes())))
        let tar = try #require(try content.readToEnd(limit: 1 << 20))
        let signature = tar.firstRange(of: "\n\n\u{2014} ".utf8)?.lowerBound
        let signatures = try #require(signature)..<(512 + published.manifest.bytes.count)
        try Self.forEachMutation(of: tar) { mutated, place in
            do {
                let found = try Artifact.read(bytes: mutated, expecting: .contribution)
                #expect(signatures.contains(place), "byte \(place)")
                #expect(found.digest == published.digest, "byte \(place)")
                #expect(try Court.judge(found).outcome == .badSignature, "byte \(place)")
            } catch is MalformedInput {}
        }
    }

    @Test(
        "in its members, though listed and signed anew: it is another contribution",
        arguments: ["contribution.json", "trace.ndjson", "update.nous"])
    func members(path: String) throws {
        let published = try Court.published(worker: 2)
        var refused = 0
        var count = 0
        try Self.forEachMutation(of: published.member(path)) { mutated, place in
            var changed = published.changing(path) { _ in mutated }
            #expect(changed.digest != published.digest, "byte \(place)")
            changed.sign(with: SampleRound.keys[2])
            count += 1
            // A replay finds what reading does not.
            let isRead =
                (try? Contribution(
                    changed, layout: Court.first.base.layout, codec: Court.first.run.codec.codec))
                != nil
            guard isRead, count % 64 == 0 else {
                refused += isRead ? 0 : 1
                return
            }
            let outcome = try Court.judge(changed).outcome
            #expect(outcome != .accepted && outcome != .cannotVerify, "byte \(place)")
        }
        #expect(refused > 0)
    }
}
