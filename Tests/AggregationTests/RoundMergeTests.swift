import Aggregation
import Artifacts
import Encodings
import LanguageModel
import Numerics
import Rounds
import SampleRound
import Storage
import Testing
import UpdateCodec

@Suite("Merging a round") struct RoundMergeTests {
    static let round = SampleRound.first

    /// What the three workers publish.
    static let published = Result { try (0..<3).map { try round.published(worker: $0) } }

    static func merged(
        _ artifacts: [Artifact], of round: SampleRound = round
    ) throws -> Checkpoint {
        var merge = RoundMerge(run: round.run, base: round.base)
        for artifact in artifacts { try merge.add(artifact) }
        return try merge.finish()
    }

    @Test(
        "gives the same checkpoint in every order",
        arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
    func anyOrder(order: [Int]) throws {
        let all = try Self.published.get()
        #expect(try Self.merged(order.map { all[$0] }).artifact == Self.merged(all).artifact)
    }

    @Test(
        "gives the same under every rule, in any order, on any threads, read once or again",
        arguments: MergeRule.Method.table.map(\.name))
    func anyRule(name: String) throws {
        var changes: [String: JSON?] = ["merge.rule": .string(name)]
        let settings: [String: JSON] = [
            "drop": 1, "iterations": 3, "attackers": 1, "keep": 2,
        ]
        let row = try #require(MergeRule.Method.table.first { $0.name == name })
        for setting in row.settings.split(separator: ", ") {
            changes["merge." + setting] = settings[String(setting)]
        }
        let round = SampleRound.sample(changes)
        let all = try (0..<3).map { try round.published(worker: $0) }
        let expected = try Self.merged(all, of: round)
        var merge = RoundMerge(
            run: round.run, base: round.base, arithmetic: Arithmetic(threads: 2))
        for artifact in all.reversed() {
            let outline = try ContributionOutline(
                artifact.manifest, first: artifact.member("contribution.json"))
            try merge.add(outline, named: "u") { artifact }
        }
        let again = try merge.finish(memory: 1 << 10, accounting: true)
        #expect(again.checkpoint.digest == expected.digest)
        #expect(again.accounts.map(\.contribution) == all.map(\.digest).sorted())
    }

    @Test func countsAContributionOnce() throws {
        let all = try Self.published.get()
        var merge = RoundMerge(run: Self.round.run, base: Self.round.base)
        for artifact in all + all + [all[1]] { try merge.add(artifact) }
        #expect(merge.count == 3)
        #expect(try merge.finish().digest == (try Self.merged(all).digest))
    }

    @Test("signatures do not change the result") func ignoresSignatures() throws {
        let all = try Self.published.get()
        var cosigned = all
        for index in cosigned.indices { cosigned[index].sign(with: SampleRound.keys[0]) }
        #expect(try Self.merged(cosigned + all).digest == Self.merged(all).digest)
    }

    @Test("is θ − rate · Σ (tokens / all tokens) · update, in the order of digests")
    func isTheWeightedMean() throws {
        let all = try Self.published.get()
        let (layout, codec) = (Self.round.base.layout, Self.round.run.codec.codec)
        var sum = [Float](repeating: 0, count: layout.count)
        for artifact in all.sorted(by: { $0.digest < $1.digest }) {
            let contribution = try Contribution(artifact, layout: layout, codec: codec)
            let weight = Float(Double(contribution.claim.tokens) / Double(9 * 3 * 8))
            for (tensor, update) in zip(layout.tensors, contribution.update) {
                let decoded = FloatView(count: tensor.range.count)
                codec.codec.accumulate(update, times: 1, into: decoded)
                for index in decoded.indices {
                    let place = tensor.range.lowerBound + index
                    sum[place] = sum[place].addingProduct(weight, decoded[index])
                }
            }
        }
        let expected = zip(Self.round.base.parameters.view.array, sum).map {
            $0.addingProduct(-0.7, $1)
        }
        #expect(try Self.merged(all).parameters.view.array == expected)
    }

    @Test func leavesTheBaseAlone() throws {
        _ = try Self.merged(Self.published.get())
        #expect(Self.round.base.artifact.digest == Self.round.base.digest)
    }

    @Test func namesWhereItComesFrom() throws {
        let all = try Self.published.get()
        let next = try Self.merged(all)
        #expect(
            next.lineage
                == Lineage(
                    run: Self.round.run.digest, round: 1, parent: Self.round.base.digest,
                    contributions: all.map(\.digest).sorted()))
        #expect(next.tokenizer == Self.round.base.tokenizer)
        #expect(next.endToken == Self.round.base.endToken)
        #expect(next.outerMomentum == nil)
        #expect(try Checkpoint(next.artifact).digest == next.digest)
    }

    @Test("without contributions, the weights stay and the round goes on") func nothing() throws {
        let next = try Self.merged([])
        #expect(next.parameters.view.array == Self.round.base.parameters.view.array)
        #expect(next.lineage.round == 1)
        #expect(next.lineage.parent == Self.round.base.digest)
        #expect(next.lineage.contributions.isEmpty)
    }

    @Test("without contributions, momentum stays too") func momentumStays() throws {
        let round = SampleRound.sample(["outer.momentum": .number("0.5")])
        let first = try Self.merged([round.published(worker: 1)], of: round)
        let second = try Self.merged([], of: SampleRound(run: round.run, base: first))
        #expect(first.outerMomentum != nil)
        #expect(second.outerMomentum?.view.array == first.outerMomentum?.view.array)
        #expect(second.lineage.round == 2)
    }
}
