/// What is counted while a run under one policy is simulated.
struct RunTally: Sendable {
    /// The figures of each group.
    var groups = [GroupTally](repeating: GroupTally(), count: Group.all.count)
    /// Work and checks.
    var work = WorkTally()
    /// What final rounds paid, what stakes did not cover of slashes, and what was kept back for that, in
    /// base units.
    var paid = 0.0, owed: UInt64 = 0, withheld: UInt64 = 0
    /// Payouts, in order.
    var payouts: [PayoutTally] = []
    /// Seconds of processor time of each part.
    private(set) var seconds: [String: Double] = [:]

    /// All that lied.
    var cheats: GroupTally { groups.dropFirst().reduce(GroupTally(), +) }

    /// Notes how long a part took that began at `start`.
    mutating func note(_ part: String, since start: ProcessorTime) {
        seconds[part, default: 0] += ProcessorTime.now - start
    }
}

/// What was trained and what was checked.
struct WorkTally: Sendable {
    /// Contributions that were handed in, and shares that nobody delivered.
    var delivered = 0, missed = 0
    /// Steps that were claimed, and that all verifiers together replayed.
    var steps = 0, replayed = 0
    /// Steps that they were to replay by the terms of the policy.
    var expectedReplayed = 0.0
    /// Seconds that workers at their declared speeds take for the claimed steps, and those that one of the
    /// mean declared speed takes for what is replayed.
    var trainingSeconds = 0.0, checkingSeconds = 0.0
    /// Segments that were replayed from a state that the worker shows, by one verifier.
    var shownStates = 0
    /// Contributions that were drawn.
    var drawn = 0
    /// Participants that there ever were, and those that came back under another key.
    var participants = 0, returned = 0
    /// The most ranges of lost positions that a roster had.
    var lostRanges = 0
    /// Honest contributions that were found false: none, or the simulation is wrong.
    var wronged = 0
}

/// What a payout took.
struct PayoutTally: Sendable {
    /// How it was made: `transactions` or `distributor`.
    let means: String
    /// The accounts.
    let accounts: Int
    /// Transactions that pay them all at once; for a distributor those that make it.
    let transactions: Int
    /// All of them in bytes, or the file of the tree.
    let bytes: Int
    /// What the payer is charged, in lamports.
    let fee: Double
    /// What it took to make it.
    let seconds: Double
}
