import Numerics

/// The merge rule `sign-vote v1`: the sign of the sum of the signs of those who sent the element.
///
/// signSGD with majority vote (Bernstein and others, arXiv 1810.05291), as Psyche merges. Each
/// update has one vote an element; without a majority, and where nobody sent, the result is 0.
enum SignVote {
    /// The votes on the elements of `source`: −1, 0 or 1.
    static func merge(_ source: UpdateSource, _ arithmetic: Arithmetic) throws -> FloatStorage {
        let votes = FloatStorage(count: source.elementCount)
        let views = source.views(of: votes)
        try source.forEach(arithmetic) { _, update in
            arithmetic.parallelFor(views.count) { tensor in
                let sent = update.tensors[tensor]
                for (index, value) in zip(sent.indices, sent.values) {
                    views[tensor][Int(index)] += value < 0 ? -1 : 1
                }
            }
        }
        let all = votes.view
        arithmetic.parallelRanges(all.count, grain: 4_096) { range in
            for index in range where all[index] != 0 { all[index] = all[index] < 0 ? -1 : 1 }
        }
        return votes
    }
}
