import Artifacts
import Encodings
import LanguageModel
import Rounds
import SampleRound
import Testing
import UpdateCodec

@Suite("Updates that no encoder writes") struct UpdateRefusalTests {
    private typealias Honest = ContributionTests

    /// The line that refuses the honest update with its first tensor changed.
    private func refusalAfter(_ change: (inout SparseSigns) -> Void) throws -> String? {
        let honest = try Honest.honest.get()
        var update = honest.update
        change(&update[0])
        let contribution = Contribution(claim: honest.claim, trace: honest.trace, update: update)
        let artifact = contribution.artifact(layout: Honest.layout, codec: Honest.codec)
        return refusal { _ = try Honest.read(artifact) }
    }

    private static let embedding = "update.safetensors: tensor 'model.embed_tokens.weight"

    @Test func indicesOutOfOrder() throws {
        let line = try refusalAfter { $0.indices.swapAt(0, 1) }
        #expect(line?.hasPrefix("\(Self.embedding).indices': element 1: expected ") == true)
    }

    @Test func anIndexTwice() throws {
        let line = try refusalAfter { $0.indices[1] = $0.indices[0] }
        #expect(line?.hasPrefix("\(Self.embedding).indices': element 1: expected ") == true)
    }

    @Test func anIndexBeyondItsChunk() throws {
        let line = try refusalAfter { $0.indices[15] = 64 }
        #expect(
            line?.hasPrefix("\(Self.embedding).indices': element 15: expected an index from ")
                == true)
        #expect(line?.hasSuffix(" to 63, found 64") == true)
    }

    @Test(arguments: [Float.nan, .infinity, -1, -0.0])
    func scalesThatAreNoMagnitudes(scale: Float) throws {
        let line = try refusalAfter { $0.scales[3] = scale }
        #expect(line == "\(Self.embedding).scales': expected finite magnitudes")
    }

    @Test func unusedSignBitsThatAreSet() throws {
        let round = SampleRound.sample(["codec.keep": 3])
        let honest = try round.train(worker: 2).contribution
        let (layout, codec) = (round.base.layout, round.run.codec.codec)
        var update = honest.update
        let norm = layout.tensors.count - 1
        #expect(codec.keptTotal(layout.tensors[norm].range.count) == 1)
        update[norm].signs[0] |= 0b10
        let changed = Contribution(claim: honest.claim, trace: honest.trace, update: update)
            .artifact(layout: layout, codec: codec)
        #expect(
            refusal { _ = try Contribution(changed, layout: layout, codec: codec) }
                == "update.safetensors: tensor 'model.norm.weight.signs': "
                + "expected unused bits to be zero")
    }

    @Test func anotherHeaderForTheSameTensors() throws {
        let artifact = try Honest.artifact().changing("update.safetensors") { bytes in
            guard let reader = try? SafetensorsReader(bytes) else { return nil }
            let tensors = reader.tensors.map { tensor in
                (
                    name: tensor.name, dtype: tensor.dtype, shape: tensor.shape,
                    bytes: Array(bytes[tensor.range])
                )
            }
            return SafetensorsWriter.encode(tensors: tensors, metadata: [("codec", "another")])
        }
        #expect(
            refusal { _ = try Honest.read(artifact) }
                == "update.safetensors: expected the canonical form")
    }

    @Test func theUpdateOfAnotherCodec() throws {
        let artifact = try Honest.artifact()
        let dense = TopKSign(chunk: 64, keep: 32)
        let line = refusal {
            _ = try Contribution(artifact, layout: Honest.layout, codec: dense)
        }
        #expect(line?.hasPrefix("\(Self.embedding).indices'") == true, "\(line ?? "accepted")")
    }
}
