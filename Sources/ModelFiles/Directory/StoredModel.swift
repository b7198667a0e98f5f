import Artifacts
package import Encodings
package import Numerics
import Storage

/// A model of any architecture in a Hugging Face directory, its tensors read one at a time.
package struct StoredModel: Sendable {
    /// A tensor.
    package struct Tensor: Sendable {
        /// The name.
        package let name: String
        /// The sizes of the dimensions, slowest first.
        package let shape: [Int]
        /// How its numbers are kept.
        package let format: FloatFormat
        /// The name of its file in the directory.
        package let file: String
    }

    /// The directory.
    package let path: String
    /// The contents of `config.json`.
    package let config: JSON
    /// The bytes of `config.json`.
    package let configBytes: [UInt8]
    /// The tensors, all of floats; a tied output projection and tables that only repeat what
    /// `config.json` says are not among them.
    package let tensors: [Tensor]
    /// The embedding, if the model has no output projection but it.
    package let tiedHead: String?

    private let files: WeightFiles

    /// Opens the model in the directory `path` and reads the headers of its files.
    package init(path: String) throws {
        self.path = path
        let configPath = Files.join(path, "config.json")
        configBytes = try Files.read(
            ordinary: configPath, limit: ModelDirectory.configurationLimit)
        do throws(MalformedInput) {
            let limits = JSONLimits(bytes: ModelDirectory.configurationLimit, depth: 16)
            config = try JSON(parsing: configBytes, limits: limits)
            guard config.object != nil else {
                throw MalformedInput("expected an object, found \(config.summary)")
            }
        } catch {
            throw error.within(configPath)
        }
        files = try WeightFiles(directory: path)
        let (tiedHead, repeated) = try Self.tiedHead(files, config)
        self.tiedHead = tiedHead
        var tensors: [Tensor] = []
        for place in files.places {
            let name = place.tensor.name
            // Tables of the rotation, which old versions of the libraries saved.
            if name == repeated || name.hasSuffix(".rotary_emb.inv_freq") { continue }
            tensors.append(
                Tensor(
                    name: name, shape: place.tensor.shape, format: try place.format(),
                    file: String(place.file.path.split(separator: "/").last ?? "")))
        }
        self.tensors = tensors
    }

    /// The numbers of the tensor called `name`.
    package func numbers(of name: String) throws -> FloatView {
        let place = try files.place(name)
        let view = FloatView(count: place.tensor.shape.reduce(1, *))
        try place.read(into: view)
        return view
    }

    /// The bytes of the file `name` of the directory, or nil if there is none.
    package func file(_ name: String) throws -> [UInt8]? {
        let path = Files.join(self.path, name)
        guard try Files.kind(path, followingLinks: true) != nil else { return nil }
        return try Files.read(ordinary: path, limit: ModelDirectory.tokenizerLimit)
    }

    /// The embedding that serves as output projection too, and the name of a copy of it that is
    /// there all the same.
    private static func tiedHead(
        _ files: WeightFiles, _ config: JSON
    ) throws -> (tied: String?, repeated: String?) {
        let embedding = ["model.embed_tokens.weight", "transformer.wte.weight", "wte.weight"]
            .lazy.compactMap { files.optional($0) }.first
        let isTied = config["tie_word_embeddings"]?.bool
        guard let embedding, isTied != false else { return (nil, nil) }
        guard let head = files.optional("lm_head.weight") else {
            return (embedding.tensor.name, nil)
        }
        guard isTied == true else { return (nil, nil) }
        guard try head.hasSameBytes(as: embedding) else {
            throw head.failure(
                "expected the numbers of '\(embedding.tensor.name)', since config.json ties the"
                    + " two, found others")
        }
        return (embedding.tensor.name, head.tensor.name)
    }
}
