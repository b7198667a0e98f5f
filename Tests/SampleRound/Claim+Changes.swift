package import Identity
package import Rounds
package import Storage

extension Claim {
    /// The claim with the given parts in place of its own.
    package func with(
        run: Digest? = nil, round: Int? = nil, base: Digest? = nil, worker: PublicKey? = nil,
        assignment: Digest? = nil, data: Digest? = nil, arithmetic: ArithmeticClass? = nil,
        steps: Int? = nil, tokens: Int? = nil,
        losses: [Int64]? = nil, stateBefore: Digest?? = nil, stateAfter: Digest? = nil
    ) -> Claim {
        Claim(
            run: run ?? self.run, round: round ?? self.round, base: base ?? self.base,
            worker: worker ?? self.worker, assignment: assignment ?? self.assignment,
            data: data ?? self.data, arithmetic: arithmetic ?? self.arithmetic,
            steps: steps ?? self.steps, tokens: tokens ?? self.tokens,
            losses: losses ?? self.losses, stateBefore: stateBefore ?? self.stateBefore,
            stateAfter: stateAfter ?? self.stateAfter)
    }
}
