package import Encodings
import Identity
import Storage
import TransparencyLog

extension Ledger {
    /// The roster of a round of the ledger in a directory as a canonical JSON record, or `nil` when the
    /// round was never opened.
    ///
    /// Everything in it follows from the entries before the opening, which itself moves nothing. The
    /// seed is the digest of the text of the checkpoint that covers just those.
    package static func roster(of round: UInt32, in path: String) throws -> JSON? {
        var workers: JSON?
        let ledger = try read(path) { _, state in
            guard workers == nil, state.sizeBeforeOpening(of: round) != nil else { return }
            workers = state.rosterLines(of: round)
        }
        guard let workers, let size = ledger.state.sizeBeforeOpening(of: round) else { return nil }
        return ledger.state.roster(
            of: round, workers, seed: try ledger.log.checkpoint(ofSize: size).digest)
    }
}

extension LedgerState {
    /// The record of a roster.
    func roster(of round: UInt32, _ workers: JSON, seed: Digest) -> JSON {
        [
            "type": "roster",
            "round": .integer(Int64(round)),
            "run": .string(genesis.run.hex),
            "seed": .string(seed.hex),
            "workers": workers,
        ]
    }

    /// The workers that take part in a round, as its roster lists them.
    func rosterLines(of round: UInt32) -> JSON {
        .array(
            workers(in: round).map { key, member in
                [
                    "worker": .string(key.base58),
                    "throughput": .integer(Int64(throughput(of: key, member))),
                    "stake": Amount.json(stake(of: key)),
                ]
            })
    }
}
