import Artifacts
import Encodings
import LanguageModel
package import Numerics

extension ModelDirectory {
    /// The weights in layout order: exactly the model's tensors, all finite.
    ///
    /// Names, types and shapes of all tensors are checked before memory is taken; after that
    /// little but the weights themselves is held.
    package func parameters() throws -> FloatStorage {
        let layout = ParameterLayout(configuration)
        let files = try WeightFiles(directory: path)
        let places = try layout.tensors.map { tensor in
            let place = try files.place(tensor.name)
            try check(place, shape: tensor.shape)
            return place
        }
        let head = try checkOthers(files, layout)
        let values = FloatStorage(count: layout.count)
        for (tensor, place) in zip(layout.tensors, places) {
            try place.read(into: values.view[tensor.range])
        }
        if let head { try compare(head, with: values.view[layout.tensors[0].range]) }
        return values
    }

    /// Refuses tensors the model does not have; returns the head that a tied model repeats.
    private func checkOthers(
        _ files: WeightFiles, _ layout: ParameterLayout
    ) throws(MalformedInput) -> WeightFiles.Place? {
        var names = Set(layout.tensors.map { Array($0.name.utf8) })
        // Tables of the rotation, which old versions of the libraries saved and new ones ignore.
        for layer in 0..<configuration.layerCount {
            names.insert(Array("model.layers.\(layer).self_attn.rotary_emb.inv_freq".utf8))
        }
        let head = configuration.tiesEmbeddings ? files.optional(Self.headName) : nil
        if let head {
            try check(head, shape: [configuration.vocabularySize, configuration.hiddenSize])
            names.insert(Array(Self.headName.utf8))
        }
        for place in files.places where !names.contains(Array(place.tensor.name.utf8)) {
            throw place.failure("the model of config.json has no such tensor")
        }
        return head
    }

    private static let headName = "lm_head.weight"

    private func check(
        _ place: WeightFiles.Place, shape: [Int]
    ) throws(MalformedInput) {
        do throws(MalformedInput) {
            try place.tensor.check(shape: shape)
        } catch {
            throw error.within(place.file.path)
        }
        _ = try place.format()
    }

    /// A tied head that is there all the same must be the embedding itself.
    private func compare(_ head: WeightFiles.Place, with embedding: FloatView) throws {
        try head.forEachChunk { start, floats in
            let expected = embedding[start..<start + floats.count].array
            guard zip(floats, expected).allSatisfy({ $0.bitPattern == $1.bitPattern }) else {
                throw head.failure(
                    "expected the numbers of '\(ParameterLayout(configuration).tensors[0].name)',"
                        + " since config.json ties the two, found others")
            }
        }
    }
}
