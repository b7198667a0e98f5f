import Tokenization

/// Learns a tokenizer from all documents.
struct TrainingPass {
    let documents: [[UInt8]]
    let vocabularySize: Int
    let threads: Int

    /// The tokenizer, with the pattern of GPT-2.
    func run() -> Tokenizer {
        var trainer = BytePairTrainer(pattern: .gpt2)
        for document in documents { trainer.add(document) }
        return trainer.train(vocabularySize: vocabularySize)
    }
}
