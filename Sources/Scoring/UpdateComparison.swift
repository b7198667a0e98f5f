import Aggregation
import Artifacts
import Encodings
import Storage

/// How the updates of a round stand to each other and to earlier ones.
struct UpdateComparison {
    private let digests: [Digest]
    private let count: Int
    private let likeness: Likeness
    private let norms: [Double]
    private let cosines: [Double]
    private let (length, direction): (RobustScore?, RobustScore?)
    private let projections: Digest
    private let order: [Digest: Int]

    /// Compares the updates of `merge` with each other and with those of `earlier`; `order` has the
    /// places at which contributions were sealed.
    init(
        _ merge: RoundMerge, earlier: [(digest: Digest, projection: UpdateProjection)],
        order: [Digest: Int], project: (SparseUpdate) -> UpdateProjection
    ) throws {
        var digests: [Digest] = []
        var own: [UpdateProjection] = []
        var norms: [Double] = []
        try merge.forEachUpdate { digest, update in
            digests.append(digest)
            own.append(project(update))
            norms.append(update.squares.reduce(0, +).squareRoot())
        }
        let products = InnerProducts(own + earlier.map(\.projection))
        let likeness = Likeness(products, count: own.count)
        self.digests = digests + earlier.map(\.digest)
        count = own.count
        self.likeness = likeness
        self.norms = norms
        cosines = own.indices.map { likeness.cosineWithOthers($0) }
        // A hundredth is what projections cannot tell, and what nobody has to care for.
        length = RobustScore(norms, least: norms.isEmpty ? 0 : RobustScore.median(norms) / 100)
        direction = RobustScore(cosines, least: 0.01)
        var commitment = Digester()
        for projection in own { commitment.update(projection.digest.bytes) }
        projections = commitment.finalize()
        self.order = order
    }

    /// Adds to a score what is known of the update with the number.
    func complete(_ score: inout Score, _ number: Int) {
        score.projections = projections
        if let length, let direction {
            score.standing = Score.Standing(
                norm: length.thousandths(norms[number]), cosine: millionths(cosines[number]),
                direction: direction.thousandths(cosines[number]))
        }
        let neighbours = digests.indices.filter { $0 != number }.compactMap { other in
            likeness[number, other].map {
                Score.Neighbour(contribution: digests[other], likeness: millionths($0))
            }
        }
        score.nearest = neighbours.max { $0.likeness < $1.likeness }
    }

    /// Whether the update is so like one that was sealed before, or one of an earlier round.
    func isCopy(_ number: Int, from limit: Int64?) -> Bool {
        guard let limit else { return false }
        let place = order[digests[number]] ?? .max
        return digests.indices.contains { other in
            guard other != number, let likeness = likeness[number, other],
                millionths(likeness) >= limit
            else { return false }
            return other >= count || (order[digests[other]] ?? .max) < place
        }
    }

    private func millionths(_ value: Double) -> Int64 {
        Int64(min(1e6, max(-1e6, value * 1e6)).rounded())
    }
}
