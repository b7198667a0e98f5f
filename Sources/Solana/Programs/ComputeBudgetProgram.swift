import Encodings

/// The program that is told how much work a transaction may do, and what is offered for it.
package enum ComputeBudgetProgram {
    /// Its address.
    package static let id = Address(known: "ComputeBudget111111111111111111111111111111")

    /// The most work of one transaction, in compute units.
    package static let maximumUnits: UInt32 = 1_400_000

    /// Sets the most work; the fee is charged on it, whatever is used.
    package static func setLimit(_ units: UInt32) -> Instruction {
        Instruction(id, [], data: [2] + LittleEndian.bytes(of: [units]))
    }

    /// Sets the price of a unit in millionths of a lamport.
    package static func setPrice(_ microLamports: UInt64) -> Instruction {
        Instruction(id, [], data: [3] + LittleEndian.bytes(of: microLamports))
    }
}
