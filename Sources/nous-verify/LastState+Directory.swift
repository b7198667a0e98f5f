import Identity
import Rounds
import RunFiles
import Verification

extension Judge.LastState {
    /// The last states that a directory holds of the workers of a round; unknown without one.
    static func stored(in directory: String?, for round: RoundOptions.Round) -> Judge.LastState {
        guard let store = directory.map({ StateStore($0) }) else { return .unknown }
        return .known { worker in
            try store.last(
                of: worker, in: round.run, before: round.number, layout: round.base.layout)
        }
    }
}
