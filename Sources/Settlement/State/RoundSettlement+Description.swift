import Artifacts
extension RoundSettlement {
    /// What was moved, a line for each worker, amounts in the token's unit.
    package func describe(in unit: TokenUnit) -> String {
        var lines = outcome.lines(in: unit, isProvisional: delays.dispute > 0)
        if let earlier { lines += earlier.lines(in: unit, isProvisional: false) }
        lines += instalments.map { "\($0.worker)\tinstalment \(unit.describe($0.amount))" }
        lines += released.map { "\($0.worker)\trelease \(unit.describe($0.amount))" }
        if withheld > 0 { lines.append("kept back for debts\t\(unit.describe(withheld))") }
        return lines.joined(separator: "\n")
    }
}

extension RoundOutcome {
    fileprivate func lines(in unit: TokenUnit, isProvisional: Bool) -> [String] {
        var lines = [
            "round \(round)\(isProvisional ? ", provisional" : "")"
                + "\tpool \(unit.describe(pool))\tunpaid \(unit.describe(unpaid))"
        ]
        lines += credits.map {
            "\($0.worker)\tcredit \(unit.describe($0.amount))\tfor \($0.tokens) tokens"
        }
        lines += slashes.map {
            "\($0.worker)\tslash \(unit.describe($0.amount))\tof \(unit.describe($0.stake))"
                + ($0.owed > 0 ? ", \(unit.describe($0.owed)) still owed" : "")
        }
        lines += rejected.map { "\($0)\trejected" }
        lines += undecided.map { "\($0)\tundecided" }
        return lines
    }
}
