package import Encodings
import Identity
import Storage
import TransparencyLog

extension Ledger {
    /// The roster of a round as a canonical JSON record, or `nil` when the round was never opened.
    ///
    /// Everything in it follows from the entries before the opening. The seed is the digest of the
    /// text of the checkpoint that covers just those.
    package func roster(round: UInt32) throws -> JSON? {
        guard let size = state.sizeBeforeOpening(of: round) else { return nil }
        let before = try Ledger(log, size: size, signatures: .none)
        let checkpoint = LogCheckpoint(origin: log.checkpoint.origin, tree: before.history.tree)
        return [
            "type": "roster",
            "round": .integer(Int64(round)),
            "run": .string(state.genesis.run.hex),
            "seed": .string(checkpoint.digest.hex),
            "workers": .array(
                before.state.workers(in: round).map { key, member in
                    [
                        "worker": .string(key.base58),
                        "throughput": .integer(Int64(member.throughput)),
                        "stake": Amount.json(before.state.stake(of: key)),
                    ]
                }),
        ]
    }
}
