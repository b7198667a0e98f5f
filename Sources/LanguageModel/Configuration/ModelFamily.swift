/// A kind of decoder that `transformers` has a class for and this one computes.
package enum ModelFamily: String, Sendable, CaseIterable {
    /// Llama 1, 2 and 3, TinyLlama, SmolLM2 and whatever else calls itself `llama`.
    case llama
    /// Mistral, as far as its window of attention is not shorter than its context.
    case mistral
    /// Qwen2 and Qwen2.5.
    case qwen2

    /// The class of `transformers`, as `architectures` names it.
    package var architecture: String {
        switch self {
        case .llama: "LlamaForCausalLM"
        case .mistral: "MistralForCausalLM"
        case .qwen2: "Qwen2ForCausalLM"
        }
    }

    /// Whether the query, key and value projections have biases; no other projection ever has.
    package var hasAttentionBias: Bool { self == .qwen2 }
}
