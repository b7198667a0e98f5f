import Artifacts
import Encodings
import Storage

/// The tensors of a model directory, whatever files they lie in.
struct WeightFiles {
    /// A tensor and the file that holds it.
    struct Place {
        let file: SafetensorsFile
        let tensor: SafetensorsTensor

        /// An error about this tensor.
        func failure(_ reason: String) -> MalformedInput {
            MalformedInput("tensor '\(tensor.name)': \(reason)", in: file.path)
        }
    }

    /// The file of weights of a model that is not sharded.
    static let single = "model.safetensors"

    /// The index of a sharded model.
    static let index = "model.safetensors.index.json"

    /// The longest header of a file of weights, far above that of the deepest model.
    static let headerLimit = 16 << 20

    /// What errors about the whole call the weights: the one file, or the index.
    let subject: String

    /// Every tensor of every file.
    let places: [Place]

    private let numbers: [[UInt8]: Int]

    /// Opens the files of the model in `directory` and reads their headers.
    init(directory: String) throws {
        let index = Files.join(directory, Self.index)
        let single = Files.join(directory, Self.single)
        if try Files.kind(index, followingLinks: true) == nil {
            subject = single
            places = try Self.open(single)
        } else {
            guard try Files.kind(single, followingLinks: true) == nil else {
                throw MalformedInput(
                    "expected \(Self.single) or \(Self.index), found both", in: directory)
            }
            subject = index
            places = try Self.openShards(directory, index: index)
        }
        numbers = Dictionary(
            places.enumerated().map { (Array($1.tensor.name.utf8), $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The tensor called `name`, if there is one.
    func optional(_ name: String) -> Place? { numbers[Array(name.utf8)].map { places[$0] } }

    /// The tensor called `name`.
    func place(_ name: String) throws(MalformedInput) -> Place {
        guard let place = optional(name) else {
            throw MalformedInput("missing tensor '\(name)'", in: subject)
        }
        return place
    }

    private static func open(_ path: String) throws -> [Place] {
        let file = try SafetensorsFile(path: path, headerLimit: headerLimit)
        return file.header.tensors.map { Place(file: file, tensor: $0) }
    }

    private static func openShards(_ directory: String, index path: String) throws -> [Place] {
        let bytes = try Files.read(ordinary: path, limit: ShardIndex.sizeLimit)
        let index: ShardIndex
        do throws(MalformedInput) {
            index = try ShardIndex(parsing: bytes)
        } catch {
            throw error.within(path)
        }
        var places: [Place] = []
        for name in index.files {
            let found = try open(Files.join(directory, name))
            try check(found, against: index.tensors[name] ?? [], in: Files.join(directory, name))
            places += found
        }
        return places
    }

    /// A file must hold exactly the tensors that the index says it holds.
    private static func check(
        _ found: [Place], against names: [String], in path: String
    ) throws(MalformedInput) {
        var missing = Set(names.map { Array($0.utf8) })
        for place in found where missing.remove(Array(place.tensor.name.utf8)) == nil {
            throw place.failure("expected what \(index) lists for this file, found another tensor")
        }
        let first = missing.min { $0.lexicographicallyPrecedes($1) }
        guard let first else { return }
        throw MalformedInput("missing tensor '\(String(decoding: first, as: UTF8.self))'", in: path)
    }
}
