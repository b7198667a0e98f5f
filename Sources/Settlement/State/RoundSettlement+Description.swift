extension RoundSettlement {
    /// What was moved, a line for each worker, amounts in the token's unit.
    package func describe(in unit: TokenUnit) -> String {
        var lines = [
            "round \(round)\tpool \(unit.describe(pool))\tunpaid \(unit.describe(unpaid))"
        ]
        lines += credits.map {
            "\($0.worker)\tcredit \(unit.describe($0.amount))\tfor \($0.tokens) tokens"
        }
        lines += slashes.map {
            "\($0.worker)\tslash \(unit.describe($0.amount))\tof \(unit.describe($0.stake))"
        }
        lines += rejected.map { "\($0)\trejected" }
        lines += undecided.map { "\($0)\tundecided" }
        lines += released.map { "\($0.worker)\trelease \(unit.describe($0.amount))" }
        return lines.joined(separator: "\n")
    }
}
