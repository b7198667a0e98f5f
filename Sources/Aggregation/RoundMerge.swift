package import Artifacts
package import Encodings
import LanguageModel
package import Numerics
package import Rounds
package import Storage
import Synchronization
import UpdateCodec

/// The end of a round: base checkpoint and accepted contributions to the next checkpoint.
///
/// Contributions are known by their claims and read again when they are merged, one after the
/// other, so memory does not depend on their number.
package struct RoundMerge {
    private let run: RunConfiguration
    private let base: Checkpoint
    private let arithmetic: Arithmetic
    private var entries: [Digest: Entry] = [:]

    private struct Entry {
        let claim: Claim
        let contribution: @Sendable () throws -> Contribution
    }

    /// The next checkpoint, and what became of every contribution if that was asked for.
    package typealias Result = (checkpoint: Checkpoint, accounts: [MergeAccount])

    /// A merge onto `base` under the rule of `run`; the threads of `arithmetic` leave the bits
    /// alone.
    package init(
        run: RunConfiguration, base: Checkpoint, arithmetic: Arithmetic = Arithmetic(threads: 1)
    ) {
        self.run = run
        self.base = base
        self.arithmetic = arithmetic
    }

    /// Adds one accepted contribution, which stays in memory; the same one twice counts once.
    package mutating func add(_ artifact: Artifact) throws(MalformedInput) {
        let contribution = try Contribution(
            artifact, layout: base.layout, codec: run.codec.codec)
        try add(artifact.digest, contribution.claim) { contribution }
    }

    /// Adds one accepted contribution by its outline; `read` gives the whole whenever it is asked,
    /// and `name` is what errors call it.
    package mutating func add(
        _ outline: ContributionOutline, named name: String,
        read: @escaping @Sendable () throws -> Artifact
    ) throws(MalformedInput) {
        let (layout, codec) = (base.layout, run.codec.codec)
        let reading = Reading()
        try add(outline.digest, outline.claim) {
            let artifact = try read()
            do throws(MalformedInput) {
                guard artifact.digest == outline.digest else {
                    throw MalformedInput("changed while it was merged")
                }
                let contribution = try Contribution(
                    artifact, layout: layout, codec: codec,
                    wasRead: reading.isDone.load(ordering: .relaxed))
                reading.isDone.store(true, ordering: .relaxed)
                return contribution
            } catch {
                throw error.within(name)
            }
        }
    }

    /// Whether a contribution has been read and found sound.
    private final class Reading: Sendable {
        let isDone = Atomic(false)
    }

    private mutating func add(
        _ digest: Digest, _ claim: Claim,
        _ contribution: @escaping @Sendable () throws -> Contribution
    ) throws(MalformedInput) {
        try check(claim)
        let others = entries.filter { $0.key != digest }
        if let other = others.first(where: { $0.value.claim.worker == claim.worker }) {
            throw MalformedInput(
                "worker \(claim.worker) has two contributions: \(other.key) and \(digest)")
        }
        entries[digest] = Entry(claim: claim, contribution: contribution)
    }

    private func check(_ claim: Claim) throws(MalformedInput) {
        guard claim.run == run.digest else {
            throw .field("run", expected: run.digest.hex, found: claim.run.hex)
        }
        guard run.takes(claim.arithmetic) else {
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
    }

    /// The number of contributions added.
    package var count: Int { entries.count }

    /// The next checkpoint; without contributions, the base's weights a round later.
    ///
    /// Throws if a merged weight is not a finite number.
    package func finish(memory: Int = UpdateMerge.memory) throws -> Checkpoint {
        try finish(memory: memory, accounting: false).checkpoint
    }

    /// The same, and what became of every contribution, ascending by digest, if `accounting`.
    package func finish(memory: Int, accounting: Bool) throws -> Result {
        guard let source = source(of: entries) else {
            let same = OuterStep.Result(
                parameters: base.parameters, momentum: base.outerMomentum,
                secondMoment: base.outerSecondMoment)
            return (try next(same), [])
        }
        let result = try UpdateMerge.run(
            source, rule: run.merge.rule, memory: memory, arithmetic: arithmetic)
        let workers = source.entries.compactMap { entries[$0.digest]?.claim.worker }
        let accounts =
            accounting ? try result.accounts(source, workers: workers, arithmetic) : []
        return (try next(step(by: result.pseudoGradient)), accounts)
    }

    /// The outer step by what a rule made of compressed updates, which is restored in place.
    private func step(by gradient: FloatStorage, keepsMoments: Bool = true) -> OuterStep.Result {
        for tensor in base.layout.tensors {
            run.codec.codec.restore(
                gradient.view[tensor.range], shape: tensor.shape, arithmetic)
        }
        return OuterStep.apply(
            pseudoGradient: gradient, to: base, of: run, keepsMoments: keepsMoments,
            arithmetic: arithmetic)
    }

    /// The contributions' updates; nil if there are none.
    private func source(
        of entries: [Digest: Entry], limitsTolerant: Bool = true
    ) -> UpdateSource? {
        guard !entries.isEmpty else { return nil }
        let (layout, codec) = (base.layout, run.codec.codec)
        let sorted = entries.sorted { $0.key < $1.key }
        let readers = sorted.map(\.value.contribution)
        return UpdateSource(
            entries: sorted.map {
                UpdateSource.Entry(
                    digest: $0.key, tokens: $0.value.claim.tokens,
                    tolerant: limitsTolerant && $0.value.claim.arithmetic == .tolerant
                        ? run.tolerant : nil)
            }, tensorSizes: layout.tensors.map(\.range.count),
            sentLimit: CompressedUpdate.sentLimit(layout, codec: codec),
            byteLimit: UpdateFile.byteLimit(layout, codec)
        ) { number in
            CompressedUpdate(try readers[number](), layout: layout, codec: codec)
        }
    }

    /// The weights that some of the contributions alone lead to, under the rule and the outer step
    /// of the run but without its outer moments: what they, and not earlier rounds, are worth.
    ///
    /// The weights of nobody are the base's, and one who is alone is not limited for being tolerant.
    /// Nothing sees to it that the weights are finite.
    package func weights(of coalition: Set<Digest>) throws -> FloatStorage {
        let chosen = entries.filter { coalition.contains($0.key) }
        guard let source = source(of: chosen, limitsTolerant: chosen.count > 1) else {
            return base.parameters
        }
        let result = try UpdateMerge.run(
            source, rule: run.merge.rule, memory: UpdateMerge.memory, arithmetic: arithmetic)
        return step(by: result.pseudoGradient, keepsMoments: false).parameters
    }

    /// Calls `body` with every contribution's update, ascending by digest.
    package func forEachUpdate(_ body: (Digest, SparseUpdate) throws -> Void) throws {
        guard let source = source(of: entries) else { return }
        try source.forEach(arithmetic) { try body(source.entries[$0].digest, $1) }
    }

    private func next(_ step: OuterStep.Result) throws(MalformedInput) -> Checkpoint {
        for tensor in base.layout.tensors {
            let weights = step.parameters.view[tensor.range]
            guard weights.indices.allSatisfy({ weights[$0].isFinite }) else {
                throw MalformedInput(
                    "the merged tensor '\(tensor.name)' is not finite: an update is too large")
            }
        }
        return Checkpoint(
            configuration: base.configuration, parameters: step.parameters,
            outerMomentum: step.momentum, outerSecondMoment: step.secondMoment,
            tokenizer: base.tokenizer, generation: base.generation,
            lineage: Lineage(
                run: run.digest, round: base.lineage.round + 1, parent: base.digest,
                contributions: entries.keys.sorted()))
    }
}
