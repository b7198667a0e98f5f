package import Encodings
import Identity
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

    private let dataRoot: Digest

    /// The rule of a run over its training data.
    package init(
        dataRoot: Digest, sequenceCount: UInt64, orderSeed: UInt64, batchesPerRound: UInt64,
        batch: UInt64
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
        order = TrainingOrder(dataRoot: dataRoot, sequenceCount: sequenceCount, seed: orderSeed)
    }

    /// The assignments of all workers of a roster, in the order of their slices.
    package func assignments(_ roster: Roster) throws(MalformedInput) -> [Assignment] {
        guard UInt64(roster.workers.count) <= batchesPerRound else {
            throw MalformedInput(
                "\(roster.workers.count) workers for \(batchesPerRound) batches a round; every"
                    + " worker needs one", in: "roster")
        }
        guard (1...UInt64(UInt32.max)).contains(roster.round) else {
            throw MalformedInput(
                "round \(roster.round) is not from 1 to \(UInt32.max)", in: "roster")
        }
        let byKey = roster.workers.sorted {
            $0.key.bytes.lexicographicallyPrecedes($1.key.bytes)
        }
        let shares = Apportionment.divide(batchesPerRound, by: byKey.map(\.throughput))
        let ordered = zip(byKey, shares).map { worker, share in
            (rank: rank(of: worker, in: roster), worker: worker, share: share)
        }.sorted { $0.rank < $1.rank }
        // At most 2^32 rounds of 2^30 sequences, which is no overflow.
        var position = (roster.round - 1) * batchesPerRound * batch
        var assignments: [Assignment] = []
        for (_, worker, steps) in ordered {
            guard steps * batch <= Assignment.maximumSequences else {
                throw MalformedInput(
                    "worker \(worker.key) would get \(steps * batch) sequences, more than"
                        + " \(Assignment.maximumSequences)", in: "roster")
            }
            assignments.append(
                Assignment(
                    run: roster.run, round: roster.round, worker: worker.key, dataRoot: dataRoot,
                    seed: roster.seed, firstPosition: position, steps: steps, batch: batch,
                    sequences: order.sequences(at: position..<position + steps * batch)))
            position += steps * batch
        }
        return assignments
    }

    /// The place of a worker in the round: SHA-256(seed ‖ round ‖ key), the smallest first.
    private func rank(of worker: RosterWorker, in roster: Roster) -> Digest {
        Digest(hashing: roster.seed.bytes + roster.round.bigEndianBytes + worker.key.bytes)
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
}
