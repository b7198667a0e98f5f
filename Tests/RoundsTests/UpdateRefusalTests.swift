import Artifacts
import Encodings
import LanguageModel
import Rounds
import SampleRound
import Testing
import UpdateCodec

@Suite("Updates that no encoder writes") struct UpdateRefusalTests {
    private typealias Honest = ContributionTests

    /// The line that refuses the honest update with its bytes changed.
    private func refusalAfter(_ change: (inout [UInt8]) -> Void) throws -> String? {
        let artifact = try Honest.artifact().changing("update.nous") { bytes in
            var changed = bytes
            change(&changed)
            return changed
        }
        return refusal { _ = try Honest.read(artifact) }
    }

    private static let tensors = Honest.layout.tensors.count

    static let fields: [(place: Int, refusal: String)] = [
        (0, "'magic': expected 6e6f75732d757064, found 916f75732d757064"),
        (8, "'version': expected 1, found 254"), (10, "'transform': expected 0, found 255"),
        (11, "'values': expected 5, found 250"), (12, "'chunk': expected 64, found 191"),
        (16, "'keep': expected 16, found 239"),
        (20, "'tensors': expected \(tensors), found \(tensors ^ 255)"),
    ]

    @Test("another header than the run's", arguments: fields)
    func headers(place: Int, words: String) throws {
        #expect(try refusalAfter { $0[place] ^= 255 } == "update.nous: field \(words)")
    }

    @Test("any prefix") func prefixes() throws {
        let artifact = try Honest.artifact()
        let bytes = try artifact.member("update.nous")
        for length in 0..<bytes.count {
            let prefix = artifact.changing("update.nous") { Array($0.prefix(length)) }
            let line = refusal { _ = try Honest.read(prefix) }
            #expect(line?.hasPrefix("update.nous: ") == true, "\(length) bytes")
        }
    }

    @Test("bytes after the last tensor") func more() throws {
        let count = try Honest.artifact().member("update.nous").count
        #expect(
            try refusalAfter { $0 += [0] }
                == "update.nous: expected \(count) bytes, found \(count + 1)")
    }

    @Test("a tensor longer than its chunks") func longTensor() throws {
        let line = try refusalAfter { $0[24] += 1 }
        #expect(line?.hasPrefix("update.nous: tensor 'model.embed_tokens.weight': ") == true)
    }

    @Test("a tensor longer than any file", arguments: [31, 30]) func enormous(place: Int) throws {
        let line = try refusalAfter { $0[place] = 255 }
        #expect(line?.hasPrefix("update.nous: tensor 'model.embed_tokens.weight': ") == true)
    }

    @Test("a chunk of signs with places beyond it") func places() throws {
        let start = 24 + 8 * Self.tensors
        // A mark, then nothing but zeros: a gap longer than any chunk.
        let line = try refusalAfter { bytes in
            for place in start + 1..<start + 20 { bytes[place] = 0 }
        }
        #expect(
            line == "update.nous: tensor 'model.embed_tokens.weight': "
                + "chunk 0 is not as encoders write")
    }

    @Test func theUpdateOfAnotherCodec() throws {
        let codec = UpdateFormat(
            transform: .none, codec: TensorCodec(chunk: 64, keep: 32, values: .sign))
        let artifact = try Honest.artifact()
        #expect(
            refusal { _ = try Contribution(artifact, layout: Honest.layout, codec: codec) }
                == "update.nous: field 'keep': expected 32, found 16")
    }
}
