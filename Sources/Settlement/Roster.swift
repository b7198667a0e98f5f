package import Encodings
import Identity
import Storage
import TransparencyLog

extension Ledger {
    /// How many entries decide who takes part in a round.
    ///
    /// All there are, until the first contribution to the round is sealed; from then on those
    /// before it, so that the roster of a round can be told again afterwards.
    package func rosterSize(round: UInt32) -> Int {
        let first = log.entries.firstIndex { entry in
            guard entry.body["type"]?.string == "contribution",
                let record = try? LedgerRecord(entry.body, checkingSignature: false),
                case .contribution(let sealed) = record.content
            else { return false }
            return sealed.claim.round == round
        }
        return first ?? log.entries.count
    }

    /// The roster of a round after the first `size` entries, as a canonical JSON record.
    ///
    /// The seed is the digest of the text of the checkpoint at that size.
    package func roster(round: UInt32, size: Int) throws(MalformedInput) -> JSON {
        precondition((1...log.entries.count).contains(size), "a size the log has had")
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
