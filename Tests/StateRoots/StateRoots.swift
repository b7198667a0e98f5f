import Foundation
import Rounds
import Storage

/// Trains a configuration for a few steps in several ways, all of which must end in one state.
///
///     state-roots CONFIGURATION WAY...
///
/// A way is words joined by commas: `class=exact|exact-bf16`, `threads=N`, `micro-batch=N`,
/// `memory=middle|least`, `set=INSTRUCTION SET`, `interrupted=SEED`, `scalar`. Prints a line for
/// each: configuration, class, state root (`-` if this machine has not the instructions), seconds,
/// way, and what it came to. `run.sh` compares the roots.
@main
enum StateRoots {
    static func main() {
        do {
            let arguments = Array(CommandLine.arguments.dropFirst())
            guard arguments.count >= 2 else {
                throw Failure("usage: state-roots nano|tiny|small|base WAY...")
            }
            let training = try ShortTraining(arguments[0])
            for words in arguments.dropFirst() {
                let way = try Way(words)
                let start = ContinuousClock.now
                let (root, remark) = try training.root(way)
                let tenths = Int((ContinuousClock.now - start) / .milliseconds(100))
                print(
                    arguments[0], way.arithmetic.rawValue, root?.hex ?? "-",
                    "\(tenths / 10).\(tenths % 10)", words, remark)
                fflush(nil)
            }
        } catch {
            FileHandle.standardError.write(Data("state-roots: error: \(error)\n".utf8))
            exit(1)
        }
    }
}

/// Why there is no root.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
