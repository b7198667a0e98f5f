import Numerics
import Rounds

/// One way to compute the same training.
struct Way {
    /// A memory budget below what is best for speed.
    enum Budget: String {
        /// The mean of the least and the most that can be of use.
        case middle
        /// The least with which the step can be computed.
        case least
    }

    private(set) var arithmetic = ArithmeticClass.exact
    private(set) var threads = 2
    private(set) var microBatch = 8
    private(set) var budget: Budget?
    private(set) var instructionSet = InstructionSet.best
    /// The seed of the points at which it is interrupted; nil if it never is.
    private(set) var interruptionSeed: UInt64?
    /// Whether the program of `Tests/SpecifiedModel` computes it, all in scalar loops.
    private(set) var isScalar = false

    init(_ words: String) throws {
        for word in words.split(separator: ",") {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard try set(parts[0], parts.count == 2 ? parts[1] : "") else {
                throw Failure("way '\(words)': expected words such as threads=2, found '\(word)'")
            }
        }
    }

    private mutating func set(_ key: String, _ value: String) throws -> Bool {
        func assign<Value>(_ found: Value?, to property: WritableKeyPath<Way, Value>) -> Bool {
            guard let found else { return false }
            self[keyPath: property] = found
            return true
        }
        switch key {
        case "class": return assign(ArithmeticClass(rawValue: value), to: \.arithmetic)
        case "threads": return assign(Int(value), to: \.threads)
        case "micro-batch": return assign(Int(value), to: \.microBatch)
        case "memory": return assign(Budget(rawValue: value), to: \.budget)
        case "set": return assign(InstructionSet(rawValue: value), to: \.instructionSet)
        case "interrupted": return assign(UInt64(value), to: \.interruptionSeed)
        case "scalar": return assign(value.isEmpty ? true : nil, to: \.isScalar)
        default: return false
        }
    }
}
