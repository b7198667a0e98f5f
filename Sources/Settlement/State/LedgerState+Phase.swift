import Artifacts

/// How far a round has come.
package enum RoundPhase: String, Sendable {
    /// Not opened.
    case ahead = "not open yet"
    /// Work is sealed.
    case open
    /// No more work is sealed; verdicts come.
    case closed
    /// Settled; verdicts may be revised, and nothing is paid yet.
    case provisional
    /// What it pays stands.
    case final
}

extension RoundPhase: CustomStringConvertible {
    /// The phase in words.
    package var description: String { rawValue }
}

extension LedgerState {
    /// How far a round has come.
    package func phase(of round: UInt32) -> RoundPhase {
        if round <= finalRounds { return .final }
        if round <= settledRounds { return .provisional }
        guard round == openRound else { return .ahead }
        return isClosed ? .closed : .open
    }

    /// How many rounds are final.
    package var finalRounds: UInt32 {
        settledRounds - min(settledRounds, genesis.delays.dispute)
    }
}
