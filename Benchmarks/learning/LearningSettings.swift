import Encodings
import LanguageModel
import Optimization

/// nanoGPT's character-level budget for CPUs: its README's sizes and iterations, and the rates of its
/// `config/train_shakespeare_char.py`; the decoder is ours.
struct LearningSettings {
    /// The validation loss nanoGPT's README publishes for this budget, on Shakespeare.
    static let publishedLoss = 1.88
    /// How far the final losses may lie apart: rounding differs, and training makes more of it.
    static let tolerance = 0.01
    /// As many bytes as the Shakespeare that nanoGPT trains on.
    static let textSize = 1_115_394
    static let threads = 2

    let vocabulary: Int
    let hidden = 128
    /// Three matrices of this width have about the weights of GPT-2's two of 512.
    let intermediate = 344
    let layers = 4
    let heads = 4
    let context = 64
    let batch = 12
    let iterations = 2_000
    let evaluationInterval = 100
    let peakRate = 1e-3
    let finalRate = 1e-4
    let warmup = 100
    let beta1 = 0.9
    let beta2 = 0.99
    let weightDecay = 0.1
    let clip: Float = 1
    let seed: UInt64 = 1337

    var model: ModelConfiguration {
        get throws {
            try ModelConfiguration(
                vocabularySize: vocabulary, hiddenSize: hidden, intermediateSize: intermediate,
                layerCount: layers, headCount: heads, contextLength: context,
                tiesEmbeddings: true)
        }
    }

    var optimizer: AdamW {
        AdamW(.init(beta1: beta1, beta2: beta2, weightDecay: weightDecay))
    }

    var schedule: LearningRateSchedule {
        LearningRateSchedule(
            .cosine, peak: peakRate, warmupSteps: warmup, totalSteps: iterations,
            finalFraction: finalRate / peakRate)
    }

    /// Everything a peer must do alike.
    func json(_ text: CharacterText) -> JSON {
        [
            "vocabulary": .integer(Int64(vocabulary)), "hidden": .integer(Int64(hidden)),
            "intermediate": .integer(Int64(intermediate)), "layers": .integer(Int64(layers)),
            "heads": .integer(Int64(heads)), "context": .integer(Int64(context)),
            "batch": .integer(Int64(batch)), "iterations": .integer(Int64(iterations)),
            "evaluation_interval": .integer(Int64(evaluationInterval)),
            "training_tokens": .integer(Int64(text.training.count)),
            "peak_rate": .number("\(peakRate)"), "final_rate": .number("\(finalRate)"),
            "warmup": .integer(Int64(warmup)), "beta1": .number("\(beta1)"),
            "beta2": .number("\(beta2)"), "weight_decay": .number("\(weightDecay)"),
            "clip": .number("\(clip)"), "threads": .integer(Int64(LearningSettings.threads)),
        ]
    }
}
