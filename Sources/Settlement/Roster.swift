package import Encodings
import Identity
import Storage
import TransparencyLog

extension Ledger {
    /// The roster of a round as a canonical JSON record, or `nil` when the round was never opened.
    ///
    /// Everything in it follows from the entries before the opening. The seed is the digest of the
    /// text of the checkpoint that covers just those.
    package func roster(round: UInt32) throws(MalformedInput) -> JSON? {
        guard let size = state.sizeBeforeOpening(of: round) else { return nil }
        let state = try LedgerState(
            replaying: Array(log.entries.prefix(size)), checkingSignatures: false)
        return [
            "type": "roster",
            "round": .integer(Int64(round)),
            "run": .string(state.genesis.run.hex),
            "seed": .string(log.checkpoint(at: size).digest.hex),
            "workers": .array(
                state.workers(in: round).map { key, member in
                    [
                        "worker": .string(key.base58),
                        "throughput": .integer(Int64(member.throughput)),
                        "stake": Amount.json(member.stake),
                    ]
                }),
        ]
    }
}
