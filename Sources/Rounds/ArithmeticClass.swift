import Encodings
package import LanguageModel
import Numerics

/// How a contribution is computed: `arithmetic.class` of contributions, and of the run file.
package enum ArithmeticClass: String, Sendable, CaseIterable {
    /// Single precision, the same bits everywhere.
    case exact
    /// Weights and activations in bfloat16, the same bits everywhere.
    case exactBFloat16 = "exact-bf16"
    /// Single precision with OpenBLAS's products, whose bits depend on the machine.
    case blas
    /// By a program of the worker's own, from a fresh state; of contributions alone, to runs that
    /// allow it (docs/tolerance.md).
    case tolerant

    /// Whether anybody can repeat the computation bit for bit.
    package var isReproducible: Bool { self == .exact || self == .exactBFloat16 }

    /// What weights and activations are rounded to.
    package var precision: Precision { self == .exactBFloat16 ? .bfloat16 : .float32 }

    /// Reads the section `arithmetic` of a run file.
    init(section: JSONFields) throws(MalformedInput) {
        var fields = section
        self = try fields.value("class", expected: ArithmeticClass.names) {
            $0.string.flatMap(ArithmeticClass.init).flatMap { $0 == .tolerant ? nil : $0 }
        }
        let version = Int64(arithmeticVersion)
        _ = try fields.integer("version", in: version...version)
        try fields.finish()
    }

    /// The class and the version of its definition.
    var json: JSON {
        ["class": .string(rawValue), "version": .integer(Int64(arithmeticVersion))]
    }

    private static let names = allCases.filter { $0 != .tolerant }.map(\.rawValue)
        .joined(separator: ", ")
}
