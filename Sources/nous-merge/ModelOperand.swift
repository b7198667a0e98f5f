import Artifacts
import CommandLineTool
import Encodings
import ModelFiles
import Numerics
import Storage
import Synchronization

/// A model as an operand: a Hugging Face directory, or a checkpoint as a directory or a file.
final class ModelOperand {
    /// The model.
    let model: StoredModel
    private let operand: String
    /// Holds the files of a checkpoint that was a file; they go away with this value.
    private let unpacked: Unpacked?

    /// Opens the model `operand`; the weights of a bundle are unpacked beside `output`.
    init(_ operand: String, beside output: String) throws {
        self.operand = operand
        if try Files.kind(operand, followingLinks: true) == .regular {
            let unpacked = try Unpacked(operand, beside: output)
            self.unpacked = unpacked
            model = try MalformedInput.calling(unpacked.path, operand) {
                try StoredModel(path: unpacked.path)
            }
        } else {
            unpacked = nil
            let manifest = Files.join(operand, MemberPath.manifest)
            if try Files.kind(manifest, followingLinks: true) != nil {
                _ = try Operand.readArtifact(operand, expecting: .checkpoint, sinks: .checking)
            }
            model = try StoredModel(path: operand)
        }
    }

    /// The numbers of the tensor called `name`.
    func numbers(of name: String) throws -> FloatView {
        try MalformedInput.calling(model.path, operand) { try model.numbers(of: name) }
    }
}

extension MalformedInput {
    /// Does `body`; an error about a file in the directory `path` is one about `name`.
    static func calling<Value>(
        _ path: String, _ name: String, _ body: () throws -> Value
    ) throws -> Value {
        do {
            return try body()
        } catch var error as MalformedInput {
            if let subject = error.subject, subject.hasPrefix(path) {
                error.subject = name + subject.dropFirst(path.count)
            }
            throw error
        }
    }
}

/// The files of a bundle in a temporary directory.
private final class Unpacked {
    private let directory: AtomicDirectory

    /// Where the files lie.
    var path: String { directory.temporary }

    /// Unpacks the checkpoint in the file `operand`.
    init(_ operand: String, beside output: String) throws {
        directory = try AtomicDirectory(creating: output)
        let weights = try WeightsSink(path: Files.join(directory.temporary, "model.safetensors"))
        let artifact = try Operand.readArtifact(
            operand, expecting: .checkpoint,
            sinks: MemberSinks { path, _, _ in
                switch path {
                case "model.safetensors": weights
                case "outer.safetensors", "outer_second.safetensors": Nowhere()
                default: nil
                }
            })
        try weights.finish()
        for path in ["config.json", "generation_config.json", "tokenizer.json"] {
            guard let bytes = artifact.optionalMember(path) else { continue }
            try Files.writeAtomically(path: Files.join(directory.temporary, path), bytes)
        }
    }
}

/// Takes a member that nobody needs.
private final class Nowhere: MemberSink {
    func take(_ bytes: [UInt8]) {}
}

/// Takes weights to a file; what goes wrong is told at the end.
private final class WeightsSink: MemberSink {
    private struct State: ~Copyable {
        var file: AtomicFile?
        var failure: (any Error)?
    }

    private let state: Mutex<State>

    init(path: String) throws {
        state = Mutex(State(file: try AtomicFile(creating: path), failure: nil))
    }

    func take(_ bytes: [UInt8]) {
        state.withLock { state in
            guard state.failure == nil else { return }
            do {
                try state.file?.write(bytes)
            } catch {
                state.failure = error
            }
        }
    }

    /// Gives the file its name.
    func finish() throws {
        try state.withLock { state in
            if let failure = state.failure { throw failure }
            if let file = state.file.take() { try file.commit() }
        }
    }
}
