import Corpus
import Encodings
import Foundation
import Storage
import Testing

@Suite("The examination of a corpus")
struct CorpusExaminationTests {
    /// A corpus with shards of several frames: rows of 2^15 tokens of noise, some 70 KB each.
    private static func documents() -> [Document] {
        var state: UInt64 = 1
        return (0..<40).map { index in
            let bytes = (0..<100_000).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(33 + state >> 60)
            }
            return Document(source: "noise-\(index)", bytes: bytes)
        }
    }

    private func damage(in directory: String) throws -> [CorpusDamage] {
        var found: [CorpusDamage] = []
        let reader = try CorpusReader(directory: directory)
        let isWhole = try CorpusExamination.examine(reader) { found.append($0) }
        #expect(isWhole == found.isEmpty)
        return found
    }

    @Test("names shard and sequences for any byte flipped or removed")
    func everyByte() throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        let summary = try fixtures.pack(CorpusFixtures.texts(40), into: "c", shardRows: 5)
        #expect(try damage(in: fixtures.path("c")).isEmpty)
        let path = "c/shards/\(summary.train.shards[1].digest.hex).tar.zst"
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: fixtures.path(path))))
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var flipped = bytes
            flipped[index] ^= UInt8(1 << (index % 8))
            var removed = bytes
            removed.remove(at: index)
            for altered in [flipped, removed] {
                try fixtures.write(altered, to: path)
                let found = try damage(in: fixtures.path("c"))
                #expect(found.map(\.file) == [fixtures.path(path)], "byte \(index)")
                #expect(found.map(\.split) == [.train], "byte \(index)")
                #expect(found.map(\.sequences) == [[5..<10]], "byte \(index)")
            }
        }
    }

    @Test("names the sequences of the damaged frames alone")
    func frames() throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        let length = 1 << 15
        let summary = try fixtures.pack(
            Self.documents(), into: "c", length: length, heldOut: 0, shardRows: 1000)
        let shard = summary.train.shards[0]
        let path = "c/shards/\(shard.digest.hex).tar.zst"
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: fixtures.path(path))))
        let starts = bytes.indices.filter {
            bytes[$0...].starts(with: [0x28, 0xB5, 0x2F, 0xFD, 0xA4])
        }
        try #require(starts.count >= 4)
        let rowsInFrame = (1 << 20) / (2 * (length + 1)) + 2
        for (offset, frames) in [
            (starts[2] + 1000, 1), (starts[2], 1), (starts[2] + 4, 1), (starts[3] - 1, 1),
        ] {
            for isRemoved in [false, true] {
                var altered = bytes
                if isRemoved { altered.remove(at: offset) } else { altered[offset] ^= 0x10 }
                try fixtures.write(altered, to: path)
                let found = try #require(try damage(in: fixtures.path("c")).first)
                #expect(found.isLost)
                let sequences = try #require(found.sequences.first)
                #expect(found.sequences.count == 1)
                #expect(sequences.count <= frames * rowsInFrame && sequences.count > 8)
                #expect(sequences.contains(5 * (1 << 20) / 2 / 2 / (length + 1) + 1))
            }
        }
        // Two frames apart: two stretches. The trailer: nothing is lost.
        var altered = bytes
        altered[starts[1] + 500] ^= 1
        altered[starts[3] + 500] ^= 1
        try fixtures.write(altered, to: path)
        #expect(try damage(in: fixtures.path("c")).first?.sequences.count == 2)
        altered = bytes
        altered[bytes.count - 1] ^= 1
        try fixtures.write(altered, to: path)
        let found = try #require(try damage(in: fixtures.path("c")).first)
        #expect(!found.isLost && found.sequences == [0..<shard.rows])
    }

    @Test("goes for rows filled with whole documents too, and so do proofs")
    func bestFit() throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        let summary = try fixtures.pack(
            CorpusFixtures.texts(40), into: "c", heldOut: 0, shardRows: 1000, packing: .bestFit)
        #expect(try damage(in: fixtures.path("c")).isEmpty)
        let reader = try CorpusReader(directory: fixtures.path("c"))
        for proof in try SequenceProof.prove(0..<summary.train.rows, of: .train, in: reader) {
            #expect(proof.holds(under: summary.train.root))
        }
        let path = "c/shards/\(summary.train.shards[0].digest.hex).tar.zst"
        var bytes = [UInt8](try Data(contentsOf: URL(filePath: fixtures.path(path))))
        bytes.remove(at: bytes.count / 2)
        try fixtures.write(bytes, to: path)
        #expect(
            try damage(in: fixtures.path("c")).map(\.sequences) == [[0..<summary.train.rows]])
    }

    @Test("reports every shard that is missing, and goes on")
    func missing() throws {
        let fixtures = try CorpusFixtures()
        defer { fixtures.remove() }
        let summary = try fixtures.pack(CorpusFixtures.texts(40), into: "c", shardRows: 5)
        for shard in [summary.train.shards[0], summary.heldOut.shards[0]] {
            try fixtures.shell("rm c/shards/\(shard.digest.hex).tar.zst")
        }
        let found = try damage(in: fixtures.path("c"))
        #expect(found.map(\.split) == [.train, .heldOut])
        #expect(found.map(\.sequences) == [[0..<5], [0..<summary.heldOut.shards[0].rows]])
    }
}
