package import Artifacts
package import Encodings
import LanguageModel
package import Numerics
package import Rounds
import Storage

/// The end of a round: base checkpoint and accepted contributions to the next checkpoint.
package struct RoundMerge {
    private let run: RunConfiguration
    private let base: Checkpoint
    private let arithmetic: Arithmetic
    private var entries: [Digest: Contribution] = [:]

    /// A merge onto `base` under the rule of `run`; the threads of `arithmetic` leave the bits
    /// alone.
    package init(
        run: RunConfiguration, base: Checkpoint, arithmetic: Arithmetic = Arithmetic(threads: 1)
    ) {
        self.run = run
        self.base = base
        self.arithmetic = arithmetic
    }

    /// Adds one accepted contribution; the same one twice counts once.
    package mutating func add(_ artifact: Artifact) throws(MalformedInput) {
        let contribution = try Contribution(
            artifact, layout: base.layout, codec: run.codec.codec)
        let claim = contribution.claim
        guard claim.run == run.digest else {
            throw .field("run", expected: run.digest.hex, found: claim.run.hex)
        }
        guard claim.arithmetic == run.arithmetic else {
            throw .field(
                "arithmetic", expected: run.arithmetic.rawValue, found: claim.arithmetic.rawValue)
        }
        guard claim.base == base.digest else {
            throw .field("base", expected: base.digest.hex, found: claim.base.hex)
        }
        let round = base.lineage.round + 1
        guard claim.round == round else {
            throw .field("round", expected: "\(round)", found: "\(claim.round)")
        }
        let others = entries.filter { $0.key != artifact.digest }
        if let other = others.first(where: { $0.value.claim.worker == claim.worker }) {
            throw MalformedInput(
                "worker \(claim.worker) has two contributions: \(other.key) "
                    + "and \(artifact.digest)")
        }
        entries[artifact.digest] = contribution
    }

    /// The number of contributions added.
    package var count: Int { entries.count }

    /// The next checkpoint; without contributions, the base's weights a round later.
    ///
    /// Throws if a merged weight is not a finite number.
    package func finish() throws(MalformedInput) -> Checkpoint {
        let digests = entries.keys.sorted()
        var parameters = base.parameters.copy()
        var (momentum, secondMoment) = (base.outerMomentum, base.outerSecondMoment)
        if !entries.isEmpty {
            let total = entries.values.reduce(0) { $0 + $1.claim.tokens }
            var mean = WeightedMean(
                codec: run.codec.codec, layout: base.layout, totalTokens: total)
            for digest in digests {
                guard let contribution = entries[digest] else { continue }
                mean.add(contribution.update, tokens: contribution.claim.tokens, digest: digest)
            }
            let next = OuterStep.apply(
                pseudoGradient: mean.finish(), to: base, of: run, arithmetic: arithmetic)
            (parameters, momentum, secondMoment) = (
                next.parameters, next.momentum, next.secondMoment
            )
        }
        for tensor in base.layout.tensors
        where !parameters.view[tensor.range].array.allSatisfy(\.isFinite) {
            throw MalformedInput(
                "the merged tensor '\(tensor.name)' is not finite: an update is too large")
        }
        return Checkpoint(
            configuration: base.configuration, parameters: parameters, outerMomentum: momentum,
            outerSecondMoment: secondMoment, tokenizer: base.tokenizer, generation: base.generation,
            lineage: Lineage(
                run: run.digest, round: base.lineage.round + 1, parent: base.digest,
                contributions: digests))
    }
}
