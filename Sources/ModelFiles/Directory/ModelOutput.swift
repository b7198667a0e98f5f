import Artifacts
package import Encodings
import Glibc
package import Numerics
import Storage

/// A Hugging Face directory to be written, its tensors made one at a time.
package struct ModelOutput {
    /// A tensor to be written.
    package struct Tensor: Sendable {
        /// The name.
        package let name: String
        /// The sizes of the dimensions, slowest first.
        package let shape: [Int]
        /// How its numbers are kept.
        package let format: FloatFormat

        /// A tensor called `name`.
        package init(name: String, shape: [Int], format: FloatFormat) {
            self.name = name
            self.shape = shape
            self.format = format
        }

        /// How many numbers it has.
        var count: Int { shape.reduce(1, *) }

        /// How many bytes its numbers are.
        var byteCount: Int { count * format.size }
    }

    /// How tensors are divided between files.
    package enum Division: Sendable {
        /// None of more than so many bytes of numbers unless by a single tensor.
        case bySize(Int)
        /// The name of each tensor's file.
        case byName([String])
    }

    /// Numbers written at a time.
    private static let chunk = 1 << 20

    private let texts: [(name: String, bytes: [UInt8])]
    private let tensors: [Tensor]
    private let plan: ShardPlan

    /// A directory of the files `texts` and the `tensors`, whose names are distinct.
    package init(
        texts: [(name: String, bytes: [UInt8])], tensors: [Tensor], division: Division
    ) throws(MalformedInput) {
        plan = ShardPlan(tensors, division)
        guard plan.files.count <= ShardIndex.fileLimit else {
            throw MalformedInput(
                "expected at most \(ShardIndex.fileLimit) files, found \(plan.files.count):"
                    + " give a larger --shard-size")
        }
        let index = plan.index.map { [(name: WeightFiles.index, bytes: $0.prettyBytes())] }
        self.texts = texts + (index ?? [])
        self.tensors = tensors
    }

    /// All bytes of numbers.
    package var byteCount: Int { tensors.reduce(0) { $0 + $1.byteCount } }

    /// Makes `directory` hold the files, all at once; `numbers` gives those of a tensor.
    ///
    /// A directory that holds the very files already stays as it is; one that holds anything else
    /// is refused with `EEXIST`.
    package func write(
        directory: String, numbers: (_ tensor: Int) throws -> FloatView
    ) throws {
        let names = (texts.map(\.name) + plan.files.map(\.name))
            .sorted { $0.precedesByBytes($1) }
        let existing = try Self.existing(directory)
        guard existing.isEmpty || existing == names else { throw Self.exists(directory) }
        let target = try AtomicDirectory(creating: directory)
        try write(into: target.temporary, numbers)
        guard existing.isEmpty else {
            for name in names {
                let (new, old) = (Files.join(target.temporary, name), Files.join(directory, name))
                guard try Files.haveSameBytes(new, old) else { throw Self.exists(directory) }
            }
            return
        }
        try target.commit()
    }

    /// Writes the files into `directory`, which nobody else looks at.
    package func write(
        into directory: String, _ numbers: (_ tensor: Int) throws -> FloatView
    ) throws {
        for text in texts {
            try Files.writeAtomically(path: Files.join(directory, text.name), text.bytes)
        }
        for file in plan.files {
            try write(file, to: Files.join(directory, file.name), numbers)
        }
    }

    private static func exists(_ directory: String) -> SystemFailure {
        SystemFailure("create", path: directory, code: EEXIST, role: .output)
    }

    private static func existing(_ directory: String) throws -> [String] {
        switch try Files.kind(directory, followingLinks: true) {
        case nil: return []
        case .directory: return try Files.list(directory)
        default: throw exists(directory)
        }
    }

    private func write(
        _ file: ShardPlan.File, to path: String, _ numbers: (Int) throws -> FloatView
    ) throws {
        let outline = SafetensorsOutline(
            file.tensors.map { number in
                let tensor = tensors[number]
                return (tensor.name, tensor.format.safetensorsType, tensor.shape, number)
            }, metadata: [("format", "pt")])
        var output = try AtomicFile(creating: path)
        try output.write(outline.header)
        for entry in outline.entries {
            let view = try numbers(entry.number)
            precondition(view.count == tensors[entry.number].count, "a tensor of its shape")
            var start = 0
            while start < view.count {
                let end = min(start + Self.chunk, view.count)
                try output.write(narrowed(view[start..<end].array, tensors[entry.number]))
                start = end
            }
        }
        try output.commit()
    }

    private func narrowed(
        _ floats: [Float], _ tensor: Tensor
    ) throws(MalformedInput) -> [UInt8] {
        guard floats.allSatisfy(\.isFinite) else {
            throw MalformedInput("tensor '\(tensor.name)': a number is too large for float32")
        }
        do throws(FloatFormat.OutOfRange) {
            return try tensor.format.narrowed(floats)
        } catch {
            throw error.failure(of: tensor.name, in: tensor.format.rawValue)
        }
    }
}
