import Encodings

extension Report {
    /// What a lie brings, beside honest work, and the stakes that are advised against it.
    mutating func addGains(_ results: [RunResult]) throws {
        let names = results.map(\.policy.name)
        var gains = [["strategy, stake in rounds of pay"] + names]
        var stakes = gains
        for (place, group) in Group.all.enumerated().dropFirst() {
            var cells = (gain: [String](), stake: [String]())
            for result in results {
                let tally = result.tally.groups[place]
                guard tally[.lies] > 0 else {
                    cells.gain.append("-")
                    cells.stake.append("-")
                    continue
                }
                let pay = tally[.honestPay]
                cells.gain.append(
                    "\((tally[.gained] / pay).percent(0, signed: true))"
                        + " (\((tally[.expectedGain] / pay).percent(0, signed: true)))")
                cells.stake.append(
                    tally[.hopeless] > 0 ? "none" : (tally[.advised] / pay).text(1))
                addGain(of: tally, group, result)
            }
            let label = group.label(stakes: results.first?.tally.groups[place])
            gains.append([label] + cells.gain)
            stakes.append([label] + cells.stake)
        }
        try print(
            "What a lie gains over honest work, as a share of honest pay; in brackets by the terms",
            gains)
        try print(
            "The stake that advise-stake asks for against it, in rounds of honest pay", stakes)
    }

    private mutating func addGain(of tally: GroupTally, _ group: Group, _ result: RunResult) {
        let (lies, pay) = (tally[.lies], tally[.honestPay])
        let conditions =
            result.conditions + [
                ("strategy", .string(group.name)),
                ("stake_rounds", .number((tally[.staked] / pay).text(3))),
            ]
        add("gain of a lie over honest pay", tally[.gained] / pay, "1", conditions)
        let mean = tally[.gained] / lies
        let spread = max(0, tally[.gainedSquares] / lies - mean * mean).squareRoot()
        add(
            "standard error of it", spread / lies.squareRoot() / (pay / lies), "1",
            conditions)
        add("the same by the terms", tally[.expectedGain] / pay, "1", conditions)
        if tally[.hopeless] == 0 {
            add("advised stake", tally[.advised] / pay, "rounds of pay", conditions)
        }
    }

    /// What lies cost the run, and their authors.
    mutating func addMoney(_ results: [RunResult]) throws {
        var table = [
            [
                "policy", "paid", "for lies", "for no work", "slashed", "slashed / for no work",
                "owed", "kept back", "honest punished",
            ]
        ]
        for result in results {
            let (tally, cheats) = (result.tally, result.tally.cheats)
            let ratio = cheats[.slashed] / max(cheats[.unearned], 1)
            table.append(
                [result.policy.name]
                    + [
                        tally.paid, cheats[.paid], cheats[.unearned], cheats[.slashed],
                    ].map { ($0 / 1e6).text() } + [
                        ratio.text(2), (Double(tally.owed) / 1e6).text(),
                        (Double(tally.withheld) / 1e6).text(), "\(tally.work.wronged)",
                    ])
            let conditions = result.conditions
            add("paid", tally.paid / 1e6, "SIM", conditions)
            add("paid for lies", cheats[.paid] / 1e6, "SIM", conditions)
            add("paid for what was not trained", cheats[.unearned] / 1e6, "SIM", conditions)
            add("slashed", cheats[.slashed] / 1e6, "SIM", conditions)
            add("owed beyond stakes", Double(tally.owed) / 1e6, "SIM", conditions)
            add("kept back for debts", Double(tally.withheld) / 1e6, "SIM", conditions)
        }
        try print("Money in SIM: one for each worker and round", table)
    }

    /// What payouts took.
    mutating func addPayouts(_ result: RunResult) throws {
        var table = [["payout", "accounts", "transactions", "bytes", "fee in SOL", "seconds"]]
        for payout in result.tally.payouts {
            table.append([
                payout.means, "\(payout.accounts)", "\(payout.transactions)", "\(payout.bytes)",
                (payout.fee / 1e9).text(6), payout.seconds.text(2),
            ])
            let conditions =
                result.conditions + [
                    ("means", .string(payout.means)),
                    ("accounts", .integer(Int64(payout.accounts))),
                ]
            add("transactions of an export", Double(payout.transactions), "1", conditions)
            add("bytes of an export's payment", Double(payout.bytes), "B", conditions)
            add("making it", payout.seconds, "s", conditions)
        }
        try print(
            "Payouts under '\(result.policy.name)': one export after the other, 8,192 accounts at most",
            table)
    }
}

extension Group {
    /// The group's name and what its workers stake.
    func label(stakes tally: GroupTally?) -> String {
        if let stakeRounds { return "\(name), \(stakeRounds)" }
        let rounds = tally.map { $0[.staked] / max($0[.honestPay], 1) } ?? 0
        return "\(name), \(rounds.text(1))"
    }
}
