import Aggregation
package import Artifacts
package import Corpus
package import Encodings
package import Identity
import LanguageModel
package import Numerics
package import Rounds
package import Storage

/// Measures what contributions to one round are worth, and how their updates stand to each other.
///
/// None of it says whether the work was done. Specified in docs/formats/score.md.
package struct RoundScoring {
    /// What a round is scored by.
    package struct Inputs: Sendable {
        /// The run.
        package let run: RunConfiguration
        /// The checkpoint everybody trained from.
        package let base: Checkpoint
        /// Everybody's share of the round.
        package let assignments: [Assignment]
        /// The sequences that losses are measured on.
        package let slices: ScoreSlices
        /// The public seed, which came after all contributions.
        package let seed: Digest
        /// Sequences computed at a time.
        package let microBatch: Int

        /// Inputs of the given parts.
        package init(
            run: RunConfiguration, base: Checkpoint, assignments: [Assignment],
            slices: ScoreSlices, seed: Digest, microBatch: Int
        ) {
            self.run = run
            self.base = base
            self.assignments = assignments
            self.slices = slices
            self.seed = seed
            self.microBatch = microBatch
        }
    }

    private let inputs: Inputs
    private let arithmetic: Arithmetic
    private var merge: RoundMerge
    private var claims: [Digest: Claim] = [:]
    /// Updates of other rounds, which are only compared with.
    private var earlier: [(digest: Digest, projection: UpdateProjection)] = []
    private var losses: [ScoreSlices.Row: Double] = [:]

    /// Scores of no contributions yet.
    package init(_ inputs: Inputs, arithmetic: Arithmetic) {
        self.inputs = inputs
        self.arithmetic = arithmetic
        merge = RoundMerge(run: inputs.run, base: inputs.base, arithmetic: arithmetic)
    }

    /// Adds a contribution to the round that a judge's checks before replay have found sound; `read`
    /// gives the whole whenever it is asked, and `name` is what errors call it.
    package mutating func add(
        _ outline: ContributionOutline, named name: String,
        read: @escaping @Sendable () throws -> Artifact
    ) throws(MalformedInput) {
        try merge.add(outline, named: name, read: read)
        claims[outline.digest] = outline.claim
    }

    /// Adds a contribution of an earlier round of the run, which the others are compared with.
    package mutating func compare(with artifact: Artifact) throws(MalformedInput) {
        let (layout, codec) = (inputs.base.layout, inputs.run.codec.codec)
        let contribution = try Contribution(artifact, layout: layout, codec: codec)
        let claim = contribution.claim
        guard artifact.manifest.signers.contains(claim.worker) else {
            throw MalformedInput("no valid signature of the worker")
        }
        guard claim.run == inputs.run.digest else {
            throw .field("run", expected: inputs.run.digest.hex, found: claim.run.hex)
        }
        guard claim.round <= inputs.base.lineage.round else {
            throw .field(
                "round", expected: "at most \(inputs.base.lineage.round)", found: "\(claim.round)")
        }
        guard !earlier.contains(where: { $0.digest == artifact.digest }) else { return }
        let update = CompressedUpdate(contribution, layout: layout, codec: codec).decoded
        earlier.append((artifact.digest, project(update)))
    }

    private func project(_ update: SparseUpdate) -> UpdateProjection {
        UpdateProjection(
            update, tensorSizes: inputs.base.layout.tensors.map(\.range.count), seed: inputs.seed)
    }

    /// What is known beside the contributions.
    package struct Context {
        /// The ratings before the round.
        package let ratings: [PublicKey: Score.Rating]
        /// The places of contributions in the order in which they were sealed, if that is known.
        package let order: [Digest: Int]

        /// Ratings and order.
        package init(ratings: [PublicKey: Score.Rating], order: [Digest: Int]) {
            self.ratings = ratings
            self.order = order
        }
    }

    /// The scores of all contributions added, ascending by digest; `progress` hears of every merge
    /// that is measured.
    package mutating func scores(
        _ context: Context, progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> [Score] {
        let digests = claims.keys.sorted()
        guard !digests.isEmpty else { return [] }
        let total = 2 * digests.count + 1
        let comparison = try UpdateComparison(
            merge, earlier: earlier, order: context.order, project: project)
        let everybody = try privateLosses(of: Set(digests))
        try progress(1, total)
        var scores: [Score] = []
        for (number, digest) in digests.enumerated() {
            guard let claim = claims[digest] else { continue }
            var score = try gains(of: claim, digest)
            try progress(2 * number + 2, total)
            let others = try privateLosses(of: Set(digests).subtracting([digest]))
            score.leaveOneOut = gain(from: others, to: everybody)
            comparison.complete(&score, number)
            scores.append(score)
            try progress(2 * number + 3, total)
        }
        rate(&scores, from: context.ratings)
        object(to: &scores, comparison)
        return scores
    }

    /// What is replayed bit for bit is nobody's copy, so only tolerant work can be one.
    private func object(to scores: inout [Score], _ comparison: UpdateComparison) {
        guard let settings = inputs.run.verification.scores else { return }
        for number in scores.indices {
            guard let claim = claims[scores[number].contribution],
                settings.covers(claim.arithmetic)
            else { continue }
            scores[number].objections = settings.objections(to: scores[number])
            guard claim.arithmetic == .tolerant, let limit = settings.likeness,
                let original = comparison.original(of: number, from: limit)
            else { continue }
            scores[number].objections.insert(.copy, at: 0)
            scores[number].nearest = original
        }
    }

    private func rate(_ scores: inout [Score], from ratings: [PublicKey: Score.Rating]) {
        let before = scores.map { ratings[$0.worker] ?? SkillRating.initial }
        let results = scores.map { ($0.gains[.held] ?? $0.gains[.random])?.gain.mean ?? 0 }
        for (number, rating) in SkillRating.update(before, results: results).enumerated() {
            scores[number].rating = rating
        }
    }
}

extension RoundScoring {
    /// What a contribution is worth merged alone.
    private mutating func gains(of claim: Claim, _ digest: Digest) throws -> Score {
        let slices = inputs.slices
        var rows: [Score.Slice: [ScoreSlices.Row]] = [.held: slices.held]
        if let own = inputs.assignments.first(where: { $0.worker == claim.worker }) {
            rows[.assigned] = slices.assigned(own)
            rows[.random] = slices.random(own)
        }
        let weights = try merge.weights(of: [digest])
        var differences: [Score.Slice: [Double]] = [:]
        var gains: [Score.Slice: Score.Gain] = [:]
        for (slice, rows) in rows {
            let (before, after) = (try baseLosses(of: rows), losses(of: rows, weights))
            differences[slice] = zip(before, after).map { $0 - $1 }
            gains[slice] = gain(from: before, to: after)
        }
        return Score(
            run: claim.run, round: UInt32(claim.round), base: claim.base, contribution: digest,
            worker: claim.worker, seed: inputs.seed, gains: gains, leaveOneOut: nil,
            dataUse: Score.Interval(
                of: differences[.assigned] ?? [], over: differences[.random] ?? []),
            standing: nil, nearest: nil, rating: SkillRating.initial,
            projections: Digest(hashing: []), objections: [])
    }

    /// By how much losses fall; none of fewer than two.
    private func gain(from before: [Double], to after: [Double]) -> Score.Gain? {
        guard let interval = Score.Interval(of: zip(before, after).map { $0 - $1 }) else {
            return nil
        }
        let mean = before.reduce(0, +) / Double(before.count)
        return Score.Gain(
            sequences: before.count, before: Int64((mean * 1e6).rounded()), gain: interval)
    }

    private func privateLosses(of coalition: Set<Digest>) throws -> [Double] {
        guard inputs.slices.held.count > 1 else { return [] }
        return losses(of: inputs.slices.held, try merge.weights(of: coalition))
    }

    /// The base's losses, each sequence computed once.
    private mutating func baseLosses(of rows: [ScoreSlices.Row]) throws -> [Double] {
        let unknown = rows.filter { losses[$0] == nil }
        for (row, loss) in zip(unknown, losses(of: unknown, inputs.base.parameters)) {
            losses[row] = loss
        }
        return rows.compactMap { losses[$0] }
    }

    /// The largest loss of a sequence that counts, in nats a token; no number counts as much.
    static let ceiling = 1000.0

    /// The mean loss of each sequence, in nats a token.
    private func losses(of rows: [ScoreSlices.Row], _ weights: FloatStorage) -> [Double] {
        guard !rows.isEmpty else { return [] }
        let sequences = rows.map { inputs.slices.sequence($0) }
        let model = LanguageModel(
            configuration: inputs.base.configuration, parameters: .float32(weights),
            arithmetic: arithmetic)
        let losses = model.losses(of: sequences, microBatch: inputs.microBatch)
        var start = 0
        return sequences.map { sequence in
            let own = losses[start..<start + sequence.predictedCount]
            start += own.count
            let mean = own.reduce(0.0) { $0 + Double($1) } / Double(max(own.count, 1))
            return mean < RoundScoring.ceiling ? mean : RoundScoring.ceiling
        }
    }
}
