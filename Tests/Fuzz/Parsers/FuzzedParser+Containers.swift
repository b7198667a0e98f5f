import Artifacts
import Corpus
import Encodings
import Identity
import SampleRound
import Storage
import Tokenization

extension FuzzedParser {
    /// `MANIFEST`, a signed note: one that is taken is written again as it was.
    static let manifest = FuzzedParser(
        "manifest", seeds: { samples.map(\.manifest.bytes) },
        { bytes in
            let manifest = try Manifest(parsing: bytes)
            expect(manifest.bytes == bytes, "one spelling of a manifest")
            _ = manifest.signers
            _ = manifest.tarLayout()
        })

    /// Bundles, compressed or plain: one that is taken holds what its manifest lists.
    static let bundle = FuzzedParser(
        "bundle",
        seeds: { samples.map { $0.fileBytes() } + samples.map(plainTar) },
        { bytes in
            let artifact = try Artifact.read(bytes: bytes, expecting: nil)
            expect(
                try Artifact.read(bytes: artifact.fileBytes(), expecting: nil) == artifact,
                "one artifact")
            var source = MemorySource(bytes)
            let beginning = try Artifact.readBeginning(from: &source, expecting: artifact.kind)
            expect(beginning.manifest == artifact.manifest, "one manifest")
        })

    /// Zstandard frames before the right trailer, and what is left of damaged ones.
    static let frames = FuzzedParser(
        "frames",
        seeds: {
            let large = (0..<(5 << 18)).map { UInt8(truncatingIfNeeded: $0 / 1000) }
            return [[7], large].map(compressed) + samples.map { withoutTrailer($0.fileBytes()) }
        },
        { bytes in
            let salvaged = ZstdSalvage(bytes)
            var covered = 0
            for case .damage(let range) in salvaged.pieces {
                expect(range.lowerBound >= covered && range.upperBound <= bytes.count, "in order")
                covered = range.upperBound
            }
            let file = bytes + trailerStart + Digest(hashing: bytes).bytes
            var content = ZstdFrameSource(BufferedSource(MemorySource(file)))
            while true {
                let part = try content.read(upTo: 1 << 16)
                if part.isEmpty { return }
            }
        })

    /// Safetensors files, and the tensors of shards.
    static let safetensors = FuzzedParser(
        "safetensors",
        seeds: {
            let file = SafetensorsWriter.encode(
                tensors: [
                    SafetensorsWriter.tensor("a", shape: [2, 2], [1, 2, 3, 4] as [Float]),
                    SafetensorsWriter.tensor("b.c", shape: [], [7] as [UInt16]),
                ], metadata: [("format", "pt")])
            return [file]
        },
        { bytes in
            let file = try SafetensorsReader(bytes)
            var end = file.tensors.first?.range.lowerBound ?? bytes.count
            for tensor in file.tensors {
                expect(tensor.range.lowerBound == end, "no holes")
                end = tensor.range.upperBound
                _ = try? file.floats(named: tensor.name)
                expect(try file.bytes(of: tensor.name).count == tensor.range.count, "in the file")
            }
            expect(end == bytes.count, "no trailing bytes")
        })

    /// The summary and the rows of packed corpora: a byte that says which, and the member.
    static let corpus = FuzzedParser(
        "corpus",
        seeds: { shardMembers.enumerated().map { [UInt8($0)] + $1.bytes } },
        { bytes in
            let number = Int(bytes.first ?? 0) % shardMembers.count
            var members = shardMembers
            members[number].bytes = Array(bytes.dropFirst())
            let shard = try Shard(Artifact(kind: .shard, members: members))
            expect(try Shard(shard.artifact()).rows.count == shard.rows.count, "one shard")
        })

    private static let shardMembers: [(path: String, bytes: [UInt8])] = {
        let tokenizer = SampleCorpus.tokenizer
        let settings = PackSettings(
            sequenceLength: 8, heldOut: HeldOutRule(partsPerMillion: 0, seed: 1), shardRows: 4)
        var artifacts: [Artifact] = []
        do {
            var packer = try CorpusPacker(
                tokenizer: tokenizer, digest: Digest(hashing: tokenizer.tokenizerJSON()),
                settings: settings)
            try packer.add(
                Document(source: "a", bytes: Array("In the beginning was the Word.".utf8))
            ) { artifacts.append($0) }
            _ = try packer.finish(input: IngestionCounts()) { artifacts.append($0) }
        } catch {
            preconditionFailure("the sample packs: \(error)")
        }
        return artifacts[0].paths.map { ($0, artifacts[0].optionalMember($0) ?? []) }
    }()

    private static let samples: [Artifact] = {
        var signed = Artifact(
            kind: .contribution, members: [("a", [1, 2, 3]), ("b/c", []), ("b/d", [4])])
        signed.sign(with: SampleRound.keys[0])
        signed.sign(with: SampleRound.keys[1])
        return [signed, Artifact(kind: .snapshot, members: [])]
    }()

    /// The plain tar file of an artifact.
    private static func plainTar(_ artifact: Artifact) -> [UInt8] {
        var content = ZstdFrameSource(BufferedSource(MemorySource(artifact.fileBytes())))
        return (try? content.readToEnd(limit: 1 << 20)) ?? []
    }

    private static let trailerLength = 53

    /// What a trailer has before its digest.
    private static let trailerStart: [UInt8] = {
        let file = samples[0].fileBytes()
        return Array(file.suffix(trailerLength).dropLast(Digest.byteCount))
    }()

    private static func withoutTrailer(_ file: [UInt8]) -> [UInt8] {
        Array(file.dropLast(trailerLength))
    }

    /// The frames of `content`, without a trailer.
    private static func compressed(_ content: [UInt8]) -> [UInt8] {
        var memory = MemorySink()
        var frames = ZstdFrameSink()
        do {
            try frames.write(content, to: &memory)
            try frames.finish(to: &memory)
        } catch {
            preconditionFailure("memory takes every byte: \(error)")
        }
        return withoutTrailer(memory.bytes)
    }
}
