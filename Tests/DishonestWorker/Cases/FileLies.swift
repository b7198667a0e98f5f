import Artifacts
import Rounds
import SampleRound
import Storage

extension ContributionCase {
    /// Well-formed bundles of other members than a contribution's.
    static let memberLies = [
        member("member-missing", "trace.ndjson", "members: expected ") { _ in nil },
        member("member-extra", "notes.txt", "members: expected ") { _ in [1] },
        member("member-in-directory", "a/update.nous", "members: expected ") { _ in [1] },
        kind("kind-checkpoint", .checkpoint), kind("kind-worker-state", .workerState),
        kind("kind-snapshot", .snapshot), kind("kind-shard", .shard),
        artifact("kind-base-handed-in", .malformed, "MANIFEST: expected a contribution, found a") {
            $0.round.base.artifact
        },
        artifact("kind-state-handed-in", .malformed, "MANIFEST: expected a contribution, found a") {
            setting in setting.state(of: 0).artifact(layout: setting.round.base.layout)
        },
    ]

    /// Files that are no bundle, or not in the one form of a bundle.
    static let fileLies =
        [
            bytes("file-empty", "member header: expected 512 bytes") { _ in [] },
            bytes("file-of-text", "member header: expected 512 bytes") { _ in
                Array("I trained all of it, honestly\n".utf8)
            },
            bytes("file-cut-in-half", "frame 0: ") { Array($0.prefix($0.count / 2)) },
            bytes("file-cut-by-a-byte", "trailer: expected 53 bytes") { $0.dropLast() },
            bytes("file-longer-by-a-byte", "expected the end after the trailer") { $0 + [0] },
            bytes("file-twice", "expected the end after the trailer") { $0 + $0 },
            bytes("file-without-trailer", "frame 1: expected the trailer") { $0.dropLast(53) },
            bytes("file-of-another-trailer", "trailer: expected 'nous-tools v1'") { file in
                sealed(file.dropLast(53), trailer: "nous-tools v2")
            },
            bytes("file-digest", "trailer: expected digest ") { file in
                var file = file
                file[file.count - 1] ^= 1
                return file
            },
            frame("frame-skippable-first", "expected member 'MANIFEST' first") {
                [0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 7] + $0
            },
            frame("frame-skippable-last", "frame 1: expected the trailer") {
                $0 + [0x50, 0x2A, 0x4D, 0x18, 1, 0, 0, 0, 7]
            },
            frame("frame-of-window", "frame 0: expected a zstd frame with content size") { frame in
                frame[..<4] + [0x04, 0x88] + frame[7...]
            },
            frame("frame-with-dictionary", "frame 0: expected a zstd frame with content size") {
                $0[..<4] + [$0[4] | 1, 7] + $0[5...]
            },
            frame("frame-without-checksum", "frame 0: expected a zstd frame with content size") {
                $0[..<4] + [$0[4] & ~4] + $0[5...].dropLast(4)
            },
            frame("frame-reserved-bit", "frame 0: expected a zstd frame with content size") {
                $0[..<4] + [$0[4] | 8] + $0[5...]
            },
            frame("frame-size-in-more-bytes", "frame 0: expected a content size from 1 to") {
                let size = Int($0[5]) + Int($0[6]) << 8 + 256
                return $0[..<4] + [0xA4, UInt8(size & 255), UInt8(size >> 8), 0, 0] + $0[7...]
            },
            frame("frame-of-another-size", "frame 0: expected a sound frame, found: ") {
                $0[..<5] + [$0[5] &- 1] + $0[6...]
            },
            frame("frame-checksum", "frame 0: expected a sound frame, found: ") {
                $0.dropLast() + [$0[$0.count - 1] ^ 1]
            },
            frame("frame-empty-block", "frame 0: expected a block that is not empty") {
                $0[..<7] + [0, 0, 0] + $0[7...]
            },
            frame("frame-empty", "frame 1: expected the trailer") {
                $0 + [0x28, 0xB5, 0x2F, 0xFD, 0x24, 0, 1, 0, 0, 0x99, 0xE9, 0xD8, 0x51]
            },
            bomb("bomb-after-the-end", "expected the end after two zero blocks", mebibytes: 256),
            tar("bomb-member", "MANIFEST: expected at most ") { file in
                file.replaceManifest(
                    "nous-tools contribution v1\n# 8589934591 a\n"
                        + "\(Digest(hashing: []).hex)  a\n")
            },
            tar("bomb-members", "MANIFEST: expected at most 4096 members, found 4097") { file in
                let digest = Digest(hashing: []).hex
                let lines = (10_000...14_096).map { "# 0 a\($0)\n\(digest)  a\($0)\n" }
                file.replaceManifest("nous-tools contribution v1\n" + lines.joined())
            },
            tar("bomb-manifest", "MANIFEST: expected at most 1048576 bytes") { file in
                file.replaceManifest(String(repeating: "# 1 a\n", count: 200_000))
            },
            tar("manifest-second", "expected member 'MANIFEST' first, found ") {
                $0.entries.swapAt(0, 1)
            },
            tar("manifest-other-size", "expected member 'trace.ndjson' of ") {
                $0.replaceInManifest("trace.ndjson", size: 7)
            },
            tar("manifest-other-digest", "trace.ndjson: expected SHA-256 digest ") {
                $0.entries[2].bytes[0] ^= 1
            },
            tar("manifest-line-feeds", "MANIFEST: expected UTF-8 text without control characters") {
                $0.replaceManifest("nous-tools contribution v1\r\n")
            },
            tar("manifest-version", "MANIFEST: line 1: expected 'nous-tools <kind> v1'") {
                $0.replaceManifest("nous-tools contribution v2\n")
            },
            tar("manifest-signed-twice", "MANIFEST: expected one signature by each key") { file in
                file.repeatSignature(1)
            },
            tar("manifest-of-many-signatures", "MANIFEST: expected at most 64 signatures") { file in
                file.repeatSignature(64)
            },
        ]
        + ["../trace.ndjson", "/trace.ndjson", "a//b", "./a", "trace ndjson", "tr\u{E4}ce"]
        .enumerated().map { number, path in
            tar("path-\(number + 1)", "MANIFEST: ") { file in
                file.replaceManifest(
                    "nous-tools contribution v1\n# 0 \(path)\n\(Digest(hashing: []).hex)  \(path)\n"
                )
            }
        } + [
            tar("tar-symbolic-link", "expected member 'trace.ndjson' of ") { file in
                file.entries[2].type = UInt8(ascii: "2")
                file.entries[2].link = "/etc/passwd"
            },
            tar("tar-device", "expected member 'trace.ndjson' of ") {
                $0.entries[2].type = UInt8(ascii: "3")
            },
            tar("tar-mode", "expected member 'trace.ndjson' of ") {
                $0.entries[2].mode = "0004755"
            },
            tar("tar-path", "expected member 'trace.ndjson' of ") {
                $0.entries[2].path = "../trace.ndjson"
            },
            tar("tar-size", "expected member 'trace.ndjson' of ") { $0.entries[2].size += 1 },
            tar("tar-member-twice", "expected member 'trace.ndjson' of ") {
                $0.entries.insert($0.entries[1], at: 2)
            },
            tar("tar-members-exchanged", "expected member 'contribution.json' of ") {
                $0.entries.swapAt(1, 2)
            },
            tar("tar-member-missing", "expected member 'update.nous' of ") {
                $0.entries.removeLast()
            },
            tar("tar-member-unlisted", "expected two zero blocks after the last member") {
                $0.entries.append(TarFile.Entry("z", [1]))
            },
            tar("tar-extended-header", "expected member 'contribution.json' of ") { file in
                var extended = TarFile.Entry("x", Array("11 path=a\n".utf8))
                extended.type = UInt8(ascii: "x")
                file.entries.insert(extended, at: 1)
            },
            tar("tar-without-end", "end of archive: expected 1024 bytes") { $0.end = [] },
            tar("tar-longer", "expected the end after two zero blocks") { $0.end += [0] },
            tar("tar-padding", "expected two zero blocks after the last member") {
                $0.end[0] = 1
            },
        ]

    private static func kind(_ name: String, _ kind: ArtifactKind) -> ContributionCase {
        artifact(
            name, .malformed,
            "MANIFEST: expected a contribution, found a \(kind.rawValue)"
        ) { setting in
            let honest = setting.unsigned(try setting.honest().contribution)
            var artifact = Artifact(
                kind: kind, members: honest.paths.map { ($0, honest.optionalMember($0) ?? []) })
            artifact.sign(with: SampleRound.keys[0])
            return artifact
        }
    }

    /// The one frame of the honest file changed, under a trailer that is right for it.
    private static func frame(
        _ name: String, _ reason: String, _ change: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) -> ContributionCase {
        bytes(name, reason) { sealed(change($0.dropLast(53)), trailer: "nous-tools v1") }
    }

    /// The honest file's content and then mebibytes of zeros, in frames that are right.
    private static func bomb(
        _ name: String, _ reason: String, mebibytes: Int
    ) -> ContributionCase {
        tar(name, reason) { $0.end = [UInt8](repeating: 0, count: mebibytes << 20) }
    }

    /// The honest bundle as a tar file made otherwise, compressed as it should be.
    private static func tar(
        _ name: String, _ reason: String, _ change: @escaping @Sendable (inout TarFile) -> Void
    ) -> ContributionCase {
        ContributionCase(name: name, outcome: .malformed, reason: reason) { setting in
            var file = TarFile(setting.signed(try setting.honest().contribution))
            change(&file)
            var sink = MemorySink()
            var frames = ZstdFrameSink()
            try frames.write(file.bytes, to: &sink)
            try frames.finish(to: &sink)
            return sink.bytes
        }
    }

    /// Frames with the trailer that they should have.
    private static func sealed(_ frames: [UInt8], trailer: String) -> [UInt8] {
        frames + [0x5D, 0x2A, 0x4D, 0x18, 45, 0, 0, 0] + Array(trailer.utf8)
            + Digest(hashing: frames).bytes
    }
}

extension TarFile {
    /// Sets the text of `MANIFEST`.
    fileprivate mutating func replaceManifest(_ text: String) {
        entries[0].bytes = Array(text.utf8)
        entries[0].size = entries[0].bytes.count
    }

    /// Adds the last line of `MANIFEST` some times more.
    fileprivate mutating func repeatSignature(_ times: Int) {
        let text = String(decoding: entries[0].bytes, as: UTF8.self)
        let line = text.split(separator: "\n").last ?? ""
        replaceManifest(text + String(repeating: "\(line)\n", count: times))
    }

    /// Lists a member with another size.
    fileprivate mutating func replaceInManifest(_ path: String, size: Int) {
        let text = String(decoding: entries[0].bytes, as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("# ") && line.hasSuffix(" \(path)") ? "# \(size) \(path)" : String(line)
        }
        replaceManifest(lines.joined(separator: "\n"))
    }
}
