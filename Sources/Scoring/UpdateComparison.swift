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
        score.nearest = nearest(to: number) { _ in true }
    }

    /// The update that one is a copy of, if it is so like one that was sealed before or one of an
    /// earlier round.
    func original(of number: Int, from limit: Int64) -> Score.Neighbour? {
        let place = order[digests[number]] ?? .max
        let earlier = nearest(to: number) { other in
            other >= count || (order[digests[other]] ?? .max) < place
        }
        return earlier.flatMap { $0.likeness >= limit ? $0 : nil }
    }

    /// The update most like one among some, the first of equally like ones.
    private func nearest(to number: Int, among isMeant: (Int) -> Bool) -> Score.Neighbour? {
        var nearest: Score.Neighbour?
        for other in digests.indices where other != number && isMeant(other) {
            guard let value = likeness[number, other] else { continue }
            let found = Score.Neighbour(
                contribution: digests[other], likeness: millionths(value))
            if found.likeness > nearest?.likeness ?? .min { nearest = found }
        }
        return nearest
    }

    private func millionths(_ value: Double) -> Int64 {
        Int64(min(1e6, max(-1e6, value * 1e6)).rounded())
    }
}
