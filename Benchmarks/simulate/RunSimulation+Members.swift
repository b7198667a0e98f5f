import Encodings
import Identity
import Settlement

extension RunSimulation {
    /// Lets newcomers join from a round on, with stakes that they bought.
    mutating func admit(_ newcomers: [Participant], from round: Int) throws {
        let start = ProcessorTime.now
        for newcomer in newcomers {
            for (body, key) in joining(newcomer, from: round) { try desk.enter(body, by: key) }
            numbers[newcomer.key.publicKey] = newcomer.number
            active.append(newcomer.number)
            participants.append(newcomer)
        }
        tally.note("members", since: start)
    }

    /// What makes a newcomer a worker, and who says it.
    func joining(_ newcomer: Participant, from round: Int) -> [(body: JSON, by: SigningKey)] {
        let stake = newcomer.stake(in: scenario)
        let transfer = Transfer(
            from: .treasury, to: .key(newcomer.key.publicKey), amount: stake, number: 0,
            memo: "bought")
        let join = Join(
            payout: newcomer.payout, stake: stake, throughput: newcomer.declared,
            round: UInt32(round))
        return [(transfer.json, desk.keeper), (join.json, newcomer.key)]
    }

    /// Lets some leave after a round; who was found to have lied comes back with the same machine.
    mutating func change(after round: Int) throws {
        let leaving = active.filter { number in
            exposed.contains(number)
                || chance.draw(.departure, round: round, of: number) < Scenario.churn
        }
        for number in leaving {
            try desk.enter(
                RoundNotice(.leave, round: UInt32(round + 1)).json, by: participants[number].key)
        }
        let gone = Set(leaving)
        active.removeAll { gone.contains($0) }
        var newcomers: [Participant] = []
        for number in leaving {
            let next = participants.count + newcomers.count
            guard exposed.contains(number) else {
                newcomers.append(Participant(next, chance: chance))
                continue
            }
            let old = participants[number]
            newcomers.append(
                Participant(
                    next, speed: old.speed, region: old.region, group: old.group,
                    seed: scenario.seed))
            tally.work.returned += 1
        }
        exposed = []
        try admit(newcomers, from: round + 1)
    }

    /// Whether a worker delivers nothing in a round: by itself, with its region, or since it was found out.
    func isAbsent(_ participant: Participant, in round: Int) -> Bool {
        exposed.contains(participant.number)
            || scenario.outage.contains(round) && participant.region == 0
            || chance.draw(.absence, round: round, of: participant.number) < Scenario.misses
    }
}
