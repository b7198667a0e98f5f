package import Corpus
package import LanguageModel

extension TokenizedCorpus {
    /// A row of a split as the model takes it; attention is reset as the corpus says unless told
    /// otherwise.
    package func tokenSequence(
        _ index: Int, of split: Split, resetsAttention: Bool? = nil
    ) -> TokenSequence {
        let row = row(index, of: split)
        return TokenSequence(
            row.tokens, segments: row.segments,
            resetsAttention: resetsAttention ?? self.resetsAttention)
    }

    /// The tokens predicted in the sequences of an assignment.
    package func predictedCount(of assignment: Assignment) -> Int {
        assignment.sequences.reduce(0) { $0 + predictedCount(ofSequence: Int($1)) }
    }
}
