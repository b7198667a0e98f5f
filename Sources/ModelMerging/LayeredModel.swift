import Encodings

/// A model's tensors by layer.
struct LayeredModel {
    /// The model's name in errors.
    let model: String
    /// What the names of the layers' tensors begin with; nil if the model has no layers.
    let prefix: String?
    /// Shapes of the tensors outside the layers, by name.
    private(set) var outside: [String: [Int]] = [:]
    /// Shapes of each layer's tensors, by what follows the layer's number.
    private(set) var layers: [[String: [Int]]] = []
    /// The tensor that also is the output projection, if the model ties the two.
    let tiedHead: String?

    /// Sorts the tensors of a model, whose layers must be one stack without gaps.
    init(_ outline: ModelOutline) throws(MalformedInput) {
        model = outline.model
        tiedHead = outline.tiedHead
        var prefix: String?
        var byLayer: [Int: [String: [Int]]] = [:]
        for tensor in outline.tensors {
            let name = LayeredName(tensor.name)
            guard let layer = name.layer else {
                outside[tensor.name] = tensor.shape
                continue
            }
            if let prefix, prefix != name.prefix {
                throw MalformedInput(
                    "expected one stack of layers, found '\(prefix)' and '\(name.prefix)'",
                    in: outline.model)
            }
            prefix = name.prefix
            byLayer[layer, default: [:]][name.suffix] = tensor.shape
        }
        self.prefix = prefix
        for layer in 0..<byLayer.count {
            guard let tensors = byLayer[layer] else {
                throw MalformedInput("missing layer \(layer) of \(byLayer.count)", in: model)
            }
            layers.append(tensors)
        }
    }

    /// The tensor outside the layers called `name`, or what serves as it.
    func outer(_ name: String) -> ModelOutline.Tensor? {
        if let shape = outside[name] { return ModelOutline.Tensor(name: name, shape: shape) }
        guard name == ModelOutline.head, let tiedHead, let shape = outside[tiedHead] else {
            return nil
        }
        return ModelOutline.Tensor(name: tiedHead, shape: shape)
    }

    /// The tensor of `layer` whose name ends in `suffix`.
    func tensor(_ suffix: String, ofLayer layer: Int) -> ModelOutline.Tensor? {
        guard let prefix, let shape = layers[layer][suffix] else { return nil }
        return ModelOutline.Tensor(name: "\(prefix)\(layer)\(suffix)", shape: shape)
    }
}
