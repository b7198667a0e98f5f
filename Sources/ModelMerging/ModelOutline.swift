/// What a merge must know of a model: the names and shapes of its tensors.
package struct ModelOutline: Sendable {
    /// A tensor.
    package struct Tensor: Sendable, Equatable {
        /// The name.
        package let name: String
        /// The sizes of the dimensions, slowest first.
        package let shape: [Int]

        /// A tensor called `name`.
        package init(name: String, shape: [Int]) {
            self.name = name
            self.shape = shape
        }
    }

    /// What errors call the model.
    package let model: String
    /// Its tensors, names distinct.
    package let tensors: [Tensor]
    /// The tensor that also is the output projection, if the model ties the two.
    package let tiedHead: String?

    /// The outline of `model`.
    package init(model: String, tensors: [Tensor], tiedHead: String?) {
        self.model = model
        self.tensors = tensors
        self.tiedHead = tiedHead
    }

    /// The name of the output projection.
    package static let head = "lm_head.weight"
}

/// The name of a tensor in parts: `model.layers.`, 7 and `.self_attn.q_proj.weight`.
struct LayeredName {
    /// What stands before the layer's number; the whole name outside the layers.
    let prefix: String
    /// The layer; nil outside the layers.
    let layer: Int?
    /// What stands after the number.
    let suffix: String

    /// Takes `name` apart at its first part that is a number.
    init(_ name: String) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let place = parts.firstIndex { part in
            !part.isEmpty && part.utf8.count <= 9 && part.utf8.allSatisfy { (48...57).contains($0) }
        }
        guard let place, place > 0, let layer = Int(parts[place]) else {
            prefix = name
            layer = nil
            suffix = ""
            return
        }
        prefix = parts[..<place].joined(separator: ".") + "."
        self.layer = layer
        suffix = parts[place...].dropFirst().map { "." + $0 }.joined()
    }

    /// Whether the tensor comes before the layers, as embeddings do, rather than after.
    var precedesLayers: Bool {
        layer == nil && ["embed", "wte", "wpe"].contains { prefix.contains($0) }
    }
}
