package import Corpus
package import Identity
import LanguageModel
import Numerics
package import Rounds
package import Storage

extension LocalRound {
    /// What a round of one worker is computed from.
    package struct Inputs: Sendable {
        /// The run.
        package let run: RunConfiguration
        /// The round, from 1.
        package let round: Int
        /// The checkpoint trained from.
        package let base: Checkpoint
        /// The worker.
        package let worker: PublicKey
        /// Which sequences the worker trains on.
        package let assignment: Assignment
        /// The training data.
        package let corpus: TokenizedCorpus
        /// The worker's state and its digest; none for a fresh one.
        package let state: (digest: Digest, state: WorkerState)?
        /// How it is computed.
        package let arithmetic: ArithmeticClass

        /// The inputs of a round, which is computed as the run says unless told otherwise.
        package init(
            run: RunConfiguration, base: Checkpoint, worker: PublicKey, assignment: Assignment,
            corpus: TokenizedCorpus, state: (digest: Digest, state: WorkerState)?,
            arithmetic: ArithmeticClass? = nil
        ) {
            self.run = run
            round = base.lineage.round + 1
            self.base = base
            self.worker = worker
            self.assignment = assignment
            self.corpus = corpus
            self.state = state
            self.arithmetic = arithmetic ?? run.arithmetic
        }

        var precision: Precision { arithmetic.precision }
    }
}
