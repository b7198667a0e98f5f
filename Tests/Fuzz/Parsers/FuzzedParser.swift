package import Encodings

/// A reader of bytes that somebody else wrote, as fuzzing and tests call it.
///
/// It does what commands do with such bytes, and checks what must hold of those it takes, such as
/// that a canonical form is written again as it was read.
package struct FuzzedParser: Sendable {
    /// What it is called on the command line and among the kept inputs.
    package let name: String
    /// Inputs that it takes: where fuzzing begins.
    package let seeds: @Sendable () -> [[UInt8]]

    private let read: @Sendable ([UInt8]) throws -> Void

    /// A parser that `read` stands for, which throws `MalformedInput` where it refuses.
    init(
        _ name: String, seeds: @escaping @Sendable () -> [[UInt8]],
        _ read: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.name = name
        self.seeds = seeds
        self.read = read
    }

    /// Every parser of the project.
    package static let all =
        [
            json, yaml, key, record, log, manifest, bundle, frames, safetensors, claim, trace,
            update, state, snapshot, checkpoint, model, corpus, tokenizer, vocabulary, tiktoken,
            documents, dispute, solana,
        ]

    /// Why the parser refuses `bytes`, or nil if it takes them; anything else is a fault and traps.
    package func refusal(of bytes: [UInt8]) -> MalformedInput? {
        do {
            try read(bytes)
            return nil
        } catch let refusal as MalformedInput {
            expect(!refusal.description.utf8.contains(UInt8(ascii: "\n")), "a refusal is one line")
            return refusal
        } catch {
            preconditionFailure("\(name): another error than a refusal: \(error)")
        }
    }

    /// Runs `readers` on one value: it is taken if one of them takes it.
    static func offer<Value>(
        _ value: Value, to readers: [(Value) throws -> Void]
    ) throws {
        var refusal: MalformedInput?
        var isTaken = false
        for reader in readers {
            do {
                try reader(value)
                isTaken = true
            } catch let error as MalformedInput {
                refusal = error
            }
        }
        if let refusal, !isTaken { throw refusal }
    }
}

/// What must hold of what a parser took; a trap, so that fuzzing finds where it does not.
func expect(_ holds: Bool, _ property: String) {
    guard holds else { preconditionFailure(property) }
}
