import Encodings
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Testing
import Training
import UpdateCodec

@Suite("What is sent leaves the residual") struct FeedbackTests {
    /// A round whose update has `values`, under `feedback`, with what it sends and withholds.
    static func round(
        _ values: String, _ feedback: [String: JSON?] = [:]
    ) throws -> (update: [EncodedTensor], sent: [Float], residual: [Float]) {
        let round = SampleRound.sample(
            ["optimizer": ["name": "gradient"], "codec.values": .string(values)]
                .merging(feedback) { $1 })
        let (contribution, state) = try round.train(worker: 0)
        return (contribution.update, round.decoded(contribution), state.residual.view.array)
    }

    @Test("as it is decoded", arguments: ["float32", "int8", "two-bit", "sign"])
    func quantised(values: String) throws {
        let (gradient, round) = (try Self.round("float32"), try Self.round(values))
        for index in round.sent.indices {
            let whole = gradient.sent[index] + gradient.residual[index]
            #expect(round.residual[index] == whole - round.sent[index])
        }
    }

    @Test("a share of it") func share() throws {
        let (gradient, sign) = (try Self.round("float32"), try Self.round("sign"))
        let share = try Self.round("sign", ["codec.feedback_share": .number("0.25")])
        #expect(share.update == sign.update)
        for index in sign.sent.indices {
            let whole = gradient.sent[index] + gradient.residual[index]
            #expect(share.residual[index] == whole - 0.25 * sign.sent[index])
        }
    }

    @Test("exactly, whatever is decoded") func exact() throws {
        let exact = try Self.round("sign", ["codec.feedback": "exact"])
        #expect(exact.update == (try Self.round("sign").update))
        #expect(exact.residual == (try Self.round("float32").residual))
        for index in exact.sent.indices where exact.sent[index] != 0 {
            #expect(exact.residual[index] == 0)
        }
    }

    @Test("also as coefficients") func coefficients() throws {
        let transform: [String: JSON?] = ["codec.transform": "cosine"]
        let exact = try Self.round(
            "unit-sign", transform.merging(["codec.feedback": "exact"]) { $1 })
        #expect(exact.residual == (try Self.round("float32", transform).residual))
    }
}
