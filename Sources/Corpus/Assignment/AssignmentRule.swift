package import Encodings
package import Identity
package import Storage

/// Who trains on what in a round: version 1 of the rule in docs/protocol.md.
///
/// Integers only, and no state: the same public records give the same assignments to everybody.
package struct AssignmentRule: Sendable {
    /// The largest number of sequences in one round, over all workers.
    package static let maximumSequencesPerRound: UInt64 = 1 << 30

    /// The order of the run's sequences.
    package var order: TrainingOrder
    /// How many batches one round has in all.
    package var batchesPerRound: UInt64
    /// How many sequences a batch has.
    package var batch: UInt64
    /// What the shares are proportional to.
    package var weight: AssignmentWeight

    private let dataRoot: Digest

    /// The rule of a run over its training data.
    package init(
        dataRoot: Digest, sequenceCount: UInt64, orderSeed: UInt64, batchesPerRound: UInt64,
        batch: UInt64, weight: AssignmentWeight = .throughput
    ) throws(MalformedInput) {
        guard batchesPerRound > 0, batch > 0,
            batchesPerRound <= Self.maximumSequencesPerRound / batch
        else {
            throw MalformedInput(
                "\(batchesPerRound) batches of \(batch) sequences: a round has from 1 to"
                    + " \(Self.maximumSequencesPerRound) sequences")
        }
        guard (1...KeyedPermutation.maximumCount).contains(sequenceCount) else {
            throw MalformedInput("the data have no sequences to train on")
        }
        self.dataRoot = dataRoot
        self.batchesPerRound = batchesPerRound
        self.batch = batch
        self.weight = weight
        order = TrainingOrder(dataRoot: dataRoot, sequenceCount: sequenceCount, seed: orderSeed)
    }

    /// The assignments of all workers of a roster, in the order of their slices.
    package func assignments(_ roster: Roster) throws(MalformedInput) -> [Assignment] {
        try slices(roster).map(assignment)
    }

    /// The slices of all workers of a roster in their order; no sequence is computed.
    package func slices(_ roster: Roster) throws(MalformedInput) -> [AssignmentSlice] {
        var positions = try positions(of: roster)
        let byKey = roster.workers.sorted {
            $0.key.bytes.lexicographicallyPrecedes($1.key.bytes)
        }
        let shares = Apportionment.divide(batchesPerRound, by: byKey.map(weight.of))
        let seed = roster.effectiveSeed
        let ordered = zip(byKey, shares).map { worker, share in
            (rank: rank(of: worker, seed, roster.round), worker: worker, share: share)
        }.sorted { $0.rank < $1.rank }
        var slices: [AssignmentSlice] = []
        for (_, worker, steps) in ordered {
            guard steps <= Assignment.maximumSteps,
                steps * batch <= Assignment.maximumSequences
            else {
                throw MalformedInput(
                    "worker \(worker.key) would get \(steps) steps of \(batch) sequences, and an"
                        + " assignment has at most \(Assignment.maximumSteps) steps and"
                        + " \(Assignment.maximumSequences) sequences", in: "roster")
            }
            slices.append(
                AssignmentSlice(
                    run: roster.run, round: roster.round, worker: worker.key, dataRoot: dataRoot,
                    seed: seed, steps: steps, batch: batch,
                    positions: positions.take(steps * batch)))
        }
        return slices
    }

    /// The assignment of a slice, with its sequences.
    package func assignment(_ slice: AssignmentSlice) -> Assignment {
        Assignment(
            run: slice.run, round: slice.round, worker: slice.worker, dataRoot: slice.dataRoot,
            seed: slice.seed, firstPosition: slice.firstPosition, steps: slice.steps,
            batch: slice.batch,
            sequences: slice.positions.flatMap { order.sequences(at: $0) })
    }

    /// The positions that the round of a roster trains on, in the order of the slices.
    private func positions(of roster: Roster) throws(MalformedInput) -> RoundPositions {
        guard UInt64(roster.workers.count) <= batchesPerRound else {
            throw MalformedInput(
                "\(roster.workers.count) workers for \(batchesPerRound) batches a round; every"
                    + " worker needs one", in: "roster")
        }
        guard (1...UInt64(UInt32.max)).contains(roster.round) else {
            throw MalformedInput(
                "round \(roster.round) is not from 1 to \(UInt32.max)", in: "roster")
        }
        return try RoundPositions(of: roster, count: batchesPerRound * batch)
    }

    /// The place of a worker in the round: SHA-256(seed ‖ round ‖ key), the smallest first.
    private func rank(of worker: RosterWorker, _ seed: Digest, _ round: UInt64) -> Digest {
        Digest(hashing: seed.bytes + round.bigEndianBytes + worker.key.bytes)
    }
}

extension AssignmentRule {
    /// The assignments of a round in one call; the roster must be of the same run.
    package static func assign(
        run: Digest, dataRoot: Digest, sequenceCount: UInt64, orderSeed: UInt64, roster: Roster,
        batchesPerRound: UInt64, batch: UInt64
    ) throws(MalformedInput) -> [Assignment] {
        guard roster.run == run else {
            throw MalformedInput.field("run", expected: run.hex, found: roster.run.hex)
                .within("roster")
        }
        let rule = try AssignmentRule(
            dataRoot: dataRoot, sequenceCount: sequenceCount, orderSeed: orderSeed,
            batchesPerRound: batchesPerRound, batch: batch)
        return try rule.assignments(roster)
    }

    /// What the next round takes over from the round of `roster`, in which only the workers in
    /// `done` delivered: the positions of all others, and where the order goes on.
    package func takeover(
        after roster: Roster, done: Set<PublicKey>
    ) throws(MalformedInput) -> Takeover {
        if let stranger = done.subtracting(roster.workers.map(\.key)).first {
            throw MalformedInput("worker \(stranger) is not in it", in: "roster")
        }
        let lost = try slices(roster).filter { !done.contains($0.worker) }.flatMap(\.positions)
        return Takeover(
            next: try positions(of: roster).next,
            lost: Takeover.joined(lost.sorted { $0.lowerBound < $1.lowerBound }))
    }
}
