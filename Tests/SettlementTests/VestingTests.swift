import Artifacts
import Encodings
import Identity
import Settlement
import Testing

@Suite("Pay in instalments")
struct VestingTests {
    let sample = RunSample()

    /// What the worker holds after the round it worked in, and after each of the next ones.
    func balances(_ delays: RoundDelays, reward: UInt64, rounds: Int) throws -> [UInt64] {
        var state = try sample.state(try sample.genesis(reward: reward, delays: delays))
        let worker = sample.workers[0]
        try state.apply(try sample.join(worker))
        return try (0..<rounds).map { round in
            try state.apply(try sample.opening(state.nextRound))
            if round == 0 {
                let sealed = try sample.sealed(worker)
                try state.apply(LedgerRecord(sealed))
                for verifier in sample.verifiers {
                    try state.apply(try sample.verdict(.accepted, of: sealed, by: verifier))
                }
            }
            try state.apply(LedgerRecord(state.settlementOfNextRound()))
            try state.checkConservation()
            #expect(
                state.balance(of: .key(worker.publicKey))
                    + state.vesting(of: worker.publicKey) + state.money[.escrow(round: 1)]
                    == 900 + reward)
            return state.balance(of: .key(worker.publicKey)) - 900
        }
    }

    @Test("comes in equal parts rounded down, the last with the rest")
    func linear() throws {
        #expect(
            try balances(RoundDelays(vesting: 3), reward: 1_000, rounds: 5)
                == [0, 333, 666, 1_000, 1_000])
        #expect(try balances(RoundDelays(vesting: 4), reward: 3, rounds: 6) == [0, 0, 1, 2, 3, 3])
    }

    @Test("comes at the cliff for all rounds before it")
    func cliff() throws {
        #expect(
            try balances(RoundDelays(vesting: 4, cliff: 3), reward: 1_000, rounds: 6)
                == [0, 0, 0, 750, 1_000, 1_000])
        #expect(
            try balances(RoundDelays(vesting: 2, cliff: 2), reward: 1_000, rounds: 4)
                == [0, 0, 1_000, 1_000])
    }

    @Test("begins when the round is final")
    func afterDisputes() throws {
        #expect(
            try balances(
                RoundDelays(dispute: 1, unbonding: 1, vesting: 2), reward: 1_000, rounds: 5)
                == [0, 0, 500, 1_000, 1_000])
    }

    @Test("goes to the account of its day while any of it is to come")
    func payoutAccount() throws {
        var state = try sample.state(try sample.genesis(delays: RoundDelays(vesting: 3)))
        let worker = sample.workers[0]
        try state.apply(try sample.join(worker))
        try state.apply(try sample.opening())
        let sealed = try sample.sealed(worker)
        try state.apply(LedgerRecord(sealed))
        for verifier in sample.verifiers {
            try state.apply(try sample.verdict(.accepted, of: sealed, by: verifier))
        }
        try state.apply(try sample.leave(worker, round: 2))
        try state.apply(LedgerRecord(state.settlementOfNextRound()))
        let thief = RunSample.key(50).publicKey
        #expect(throws: MalformedInput.self) {
            try state.apply(try sample.join(worker, payout: thief, round: 2))
        }
        try state.apply(try sample.join(worker, round: 2))
    }
}
